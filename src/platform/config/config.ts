import { parse } from 'yaml';
import { type Config, configSchema } from './config.schema.js';
import { contradictions } from './contradictions.js';
import { readEnvironment } from './env.js';
import { fileProblems } from './file-problems.js';
import { SettingFileError, readSettingFile } from './read-setting-file.js';
import { takeRetiredSettings } from './retired-settings.js';
import { type Problem, type SettingNames, problemText } from './setting-problem.js';

const KUBECONFIG = 'kubernetes.kubeconfig';

/** All problems of a configuration, one line each. */
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

/**
 * Reads a YAML file and environment variables over it; throws ConfigurationError with every
 * problem.
 */
export function loadConfig(sources: ConfigSources): Config {
  return read(sources).config;
}

/** Reads the configuration and also refuses unusable files that the start needs. */
export function loadConfigForStart(sources: ConfigSources): Config {
  const { config, names } = read(sources);
  refuse(fileProblems(config), names);
  return config;
}

function read(sources: ConfigSources): { readonly config: Config; readonly names: SettingNames } {
  const environment = readEnvironment(sources.environment);
  const problems: string[] = [...environment.problems];
  const tree = sources.file === undefined ? {} : readTree(sources.file, problems);
  problems.push(...takeRetiredSettings(tree));
  for (const [path, value] of environment.settings) {
    if (path !== KUBECONFIG) setPath(tree, path.split('.'), value);
  }
  const names = new Map(environment.names);
  const isUsed = useKubeconfigVariable(tree, environment.settings.get(KUBECONFIG));
  if (!isUsed) names.delete(KUBECONFIG);
  const parsed = configSchema.safeParse(tree);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      problems.push(problemText({ paths: [path.join('.')], message }, names));
    }
    throw new ConfigurationError(problems);
  }
  refuse(contradictions(parsed.data), names, problems);
  return { config: parsed.data, names };
}

/** Throws ConfigurationError if there is any problem. */
function refuse(
  found: readonly Problem[],
  names: SettingNames,
  others: readonly string[] = [],
): void {
  const problems = [...others, ...found.map((problem) => problemText(problem, names))];
  if (problems.length > 0) throw new ConfigurationError(problems);
}

function readTree(file: string, problems: string[]): Record<string, unknown> {
  try {
    const tree: unknown = parse(readSettingFile(file), { maxAliasCount: 0 }) ?? {};
    if (typeof tree === 'object' && !Array.isArray(tree)) return tree as Record<string, unknown>;
    problems.push(`${file}: expected a mapping`);
  } catch (error) {
    const place = error instanceof SettingFileError ? '--config' : file;
    problems.push(`${place}: ${(error as Error).message}`);
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

/**
 * Uses KUBECONFIG only if the mode needs it, because other programs set it too. Reports whether it
 * was used.
 */
function useKubeconfigVariable(tree: Record<string, unknown>, file: unknown): boolean {
  const kubernetes = tree['kubernetes'];
  if (file === undefined || typeof kubernetes !== 'object' || kubernetes === null) return false;
  if (!('mode' in kubernetes) || kubernetes.mode !== 'kubeconfig') return false;
  setPath(tree, KUBECONFIG.split('.'), file);
  return true;
}
