import type { SecretBytes } from '@sallyport/client';
import { UsageError } from '../command.js';
import type { Connection } from '../connection/connect.js';
import { type SecretName, secretNameOf } from '../connection/secret-name.js';
import { type NamedVariable, namedVariableOf, variableOfKey, variableText } from './variables.js';

/** Secrets and keys that a program gets. */
export interface WantedVariables {
  readonly secrets: readonly string[];
  readonly env: readonly string[];
  readonly names: 'upper' | undefined;
}

/** Variables by name, with their values. */
export type Variables = Readonly<Record<string, string>>;

/** Reads variables: those of one namespace in one request, so that they are of one state. */
export async function secretVariables(
  { gateway, namespace: inNamespace }: Connection,
  { secrets, env, names }: WantedVariables,
): Promise<Variables> {
  const whole = secrets.map((one) => secretNameOf(one, inNamespace));
  const single = env.map((one) => namedVariableOf(one, inNamespace));
  const variables = new Map<string, string>();
  const add = (variable: string, value: SecretBytes): void => {
    if (variables.has(variable)) throw new UsageError(`the variable ${variable} is set twice`);
    variables.set(variable, variableText(variable, value.reveal()));
  };
  for (const namespace of new Set([...whole, ...single].map((one) => one.namespace))) {
    const found = await gateway.secrets.values(namespace, entriesOf(namespace, whole, single));
    for (const { name } of whole.filter((one) => one.namespace === namespace)) {
      for (const [key, value] of found.content.get(name) ?? []) {
        add(variableOfKey(key, names), value);
      }
    }
    for (const { name, key, variable } of single.filter((one) => one.namespace === namespace)) {
      const value = found.content.get(name)?.get(key);
      if (value === undefined) throw new UsageError(`${namespace}/${name} has no key ${key}`);
      add(variable, value);
    }
  }
  return Object.fromEntries(variables);
}

/** Returns what to read of a namespace: a whole Secret includes its keys. */
function entriesOf(
  namespace: string,
  whole: readonly SecretName[],
  single: readonly NamedVariable[],
): readonly string[] {
  const names = new Set(whole.filter((one) => one.namespace === namespace).map(({ name }) => name));
  const keys = single
    .filter((one) => one.namespace === namespace && !names.has(one.name))
    .map(({ name, key }) => `${name}/${key}`);
  return [...names, ...new Set(keys)];
}
