import { readFile, stat } from 'node:fs/promises';
import { parse } from 'yaml';
import { limits } from '../core/limits.js';
import {
  type ConfigurationProblem,
  type JwtAuthenticator,
  readAuthenticators,
} from './domain/authentication-configuration.js';
import { authenticatorProblems } from './domain/authenticator-problems.js';
import {
  type CompiledAuthenticator,
  compileAuthenticator,
} from './domain/compile-authenticator.js';

/** Faults of an AuthenticationConfiguration, in one sentence with every position. */
export class AuthenticationConfigError extends Error {
  override readonly name = 'AuthenticationConfigError';

  constructor(source: string, problems: readonly ConfigurationProblem[]) {
    const list = problems.map(({ path, reason }) => `${path}: ${reason}`).join('; ');
    super(`the AuthenticationConfiguration ${source} cannot be used: ${oneLine(list)}`);
  }
}

/** Reads the file's text; throws AuthenticationConfigError if it cannot be read. */
export async function readAuthenticationText(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > limits.authConfigBytesMax) {
      throw new Error(`is over ${limits.authConfigBytesMax} bytes`);
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new AuthenticationConfigError(file, [{ path: '(file)', reason: code ?? message }]);
  }
}

/** Compiles everything that the text trusts; throws AuthenticationConfigError for faults. */
export function compileAuthenticationText(
  text: string,
  file: string,
): readonly CompiledAuthenticator[] {
  let tree: unknown;
  try {
    tree = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    const reason = (error as Error).message.split('\n', 1)[0] ?? 'no YAML';
    throw new AuthenticationConfigError(file, [{ path: '(root)', reason }]);
  }
  const authenticators = readAuthenticators(tree);
  if ('problems' in authenticators) {
    throw new AuthenticationConfigError(file, authenticators.problems);
  }
  return compileAuthenticators(authenticators, file);
}

/** Checks and compiles entries, of the file or of the gateway's own settings (`source`). */
export function compileAuthenticators(
  authenticators: readonly JwtAuthenticator[],
  source: string,
): readonly CompiledAuthenticator[] {
  const problems = [...authenticatorProblems(authenticators)];
  const compiled = authenticators.map((spec, index) => compileAuthenticator(spec, index, problems));
  if (problems.length > 0) throw new AuthenticationConfigError(source, problems);
  return compiled;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
