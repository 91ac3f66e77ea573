import { isDeepStrictEqual } from 'node:util';
import type { SecretBytes, SecretValues } from '@sallyport/client';
import { UsageError } from '../command.js';
import type { SecretName } from '../connection/secret-name.js';
import type { ReadValues } from '../values/read-values.js';
import type { WantedValues } from '../values/wanted-values.js';
import { type NamedVariable, variableOfKey, variableText } from './variables.js';

/** Values that a program gets, and how. */
export interface WantedRun extends WantedValues {
  readonly keys: readonly NamedVariable[];
  readonly names: 'upper' | undefined;
  /** Whether whole Secrets and environments are files, and not variables. */
  readonly asFiles: boolean;
}

/** Part of the least limit for arguments and variables together (2 MiB). execve(2). */
const VARIABLES_BYTES_MAX = 1024 * 1024;

/** Files of a program: bytes by the name of their folder, and by their own name. */
export type ValueFiles = ReadonlyMap<string, ReadonlyMap<string, SecretBytes>>;

/** Variables and files of a program, of one state of the values. */
export interface RunValues {
  readonly variables: Readonly<Record<string, string>>;
  readonly files: ValueFiles;
}

/** Returns what a program gets. Throws UsageError if a value cannot be given in this way. */
export function runValues(wanted: WantedRun, values: ReadValues): RunValues {
  const whole: readonly (readonly [SecretName, SecretValues])[] = [
    ...wanted.secrets.map((name) => [name, values.secret(name)] as const),
    ...wanted.environments.map((name) => [name, values.environment(name)] as const),
  ];
  const variables = new Map<string, string>();
  let sizeBytes = 0;
  const add = (variable: string, value: SecretBytes): void => {
    if (variables.has(variable)) throw new UsageError(`the variable ${variable} is set twice`);
    variables.set(variable, variableText(variable, value.reveal()));
    sizeBytes += value.sizeBytes;
    if (sizeBytes > VARIABLES_BYTES_MAX) {
      throw new UsageError('the values are too long for variables: use --files');
    }
  };
  for (const [, keys] of wanted.asFiles ? [] : whole) {
    for (const [key, value] of keys) add(variableOfKey(key, wanted.names), value);
  }
  for (const key of wanted.keys) add(key.variable, values.key(key));
  const files = wanted.asFiles ? filesOf(whole) : new Map<never, never>();
  return { variables: Object.fromEntries(variables), files };
}

/** Reports whether a program would get the same. */
export function isSameRun(before: RunValues, after: RunValues): boolean {
  return (
    isDeepStrictEqual(before.variables, after.variables) &&
    before.files.size === after.files.size &&
    [...after.files].every(([name, files]) => areSameFiles(before.files.get(name), files))
  );
}

function areSameFiles(
  before: ReadonlyMap<string, SecretBytes> = new Map(),
  after: ReadonlyMap<string, SecretBytes>,
): boolean {
  return (
    before.size === after.size &&
    [...after].every(([name, value]) => before.get(name)?.equals(value) === true)
  );
}

function filesOf(whole: readonly (readonly [SecretName, SecretValues])[]): ValueFiles {
  const folders = new Map<string, ReadonlyMap<string, SecretBytes>>();
  for (const [{ name }, values] of whole) {
    if (folders.has(name)) throw new UsageError(`two folders of files have the name ${name}`);
    folders.set(name, new Map(values));
  }
  return folders;
}
