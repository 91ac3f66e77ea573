import {
  type ConfigurationProblem,
  type JwtAuthenticator,
  readAuthenticators,
} from '../../../../src/auth/domain/authentication-configuration.js';
import { compileAuthenticator } from '../../../../src/auth/domain/compile-authenticator.js';

export type { ConfigurationProblem };

export const issuerUrl = 'https://issuer.test';

/** One entry as it would stand in a file, with some of its members replaced. */
export function entry(members: Readonly<Record<string, unknown>> = {}) {
  return {
    issuer: { url: issuerUrl, audiences: ['sallyport'] },
    claimMappings: { username: { claim: 'sub', prefix: '' } },
    ...members,
  };
}

export function file(...jwt: readonly unknown[]) {
  return { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthenticationConfiguration', jwt };
}

/** Read from a file of one entry; throws where its shape is wrong. */
export function specOf(members: Readonly<Record<string, unknown>> = {}): JwtAuthenticator {
  const read = readAuthenticators(file(entry(members)));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const [spec] = read;
  if (spec === undefined) throw new Error('no entry');
  return spec;
}

/** Compiled; throws where an expression is wrong. */
export function compiledOf(members: Readonly<Record<string, unknown>> = {}) {
  const problems: ConfigurationProblem[] = [];
  const compiled = compileAuthenticator(specOf(members), 0, problems);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return compiled;
}
