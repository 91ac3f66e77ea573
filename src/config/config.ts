import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Config, configSchema } from './config.schema.js';
import { readEnvironment } from './env.js';

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

/** All that is wrong with a configuration, one line each. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the configuration has ${problems.length} problem(s):\n${problems.join('\n')}`);
    this.problems = problems;
  }
}

export interface ConfigSources {
  readonly file?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** One YAML file, environment variables over it; throws ConfigurationError with every problem. */
export function loadConfig(sources: ConfigSources): Config {
  const environment = readEnvironment(sources.environment);
  const problems: string[] = [...environment.problems];
  const tree = sources.file === undefined ? {} : readTree(sources.file, problems);
  for (const [path, value] of environment.settings) setPath(tree, path.split('.'), value);
  const parsed = configSchema.safeParse(tree);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      problems.push(`${issue.path.join('.') || '(root)'}: ${issue.message}`);
    }
  } else {
    problems.push(...contradictions(parsed.data));
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigurationError(problems);
  return parsed.data;
}

function readTree(file: string, problems: string[]): Record<string, unknown> {
  try {
    const tree: unknown = parse(readFileSync(file, 'utf8'), { maxAliasCount: 0 }) ?? {};
    if (typeof tree === 'object' && !Array.isArray(tree)) return tree as Record<string, unknown>;
    problems.push(`${file}: expected a mapping`);
  } catch (error) {
    problems.push(`${file}: ${(error as Error).message}`);
  }
  return {};
}

function setPath(tree: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let node = tree;
  for (const name of path.slice(0, -1)) {
    const next = node[name];
    if (typeof next !== 'object' || next === null) node[name] = {};
    node = node[name] as Record<string, unknown>; // just made an object, or was one
  }
  const last = path.at(-1);
  if (last !== undefined) node[last] = value;
}

function contradictions(config: Config): string[] {
  const problems: string[] = [];
  const { listen, kubernetes } = config;
  if (!LOOPBACK.test(listen.host) && !listen.tls && !listen.insecure) {
    problems.push(
      'listen.host: an address that is not loopback needs listen.tls, or listen.insecure: true ' +
        'where a proxy terminates TLS',
    );
  }
  if (kubernetes.mode === 'kubeconfig' && !kubernetes.kubeconfig) {
    problems.push('kubernetes.kubeconfig: needed with mode kubeconfig (or set KUBECONFIG)');
  }
  return problems;
}
