import { SallyportError } from './sallyport-error.js';
import { SecretValues } from './secret-values.js';
import type { Values } from './types.js';

/**
 * Returns values in base64 as values that do not show themselves, by the name of their owner.
 * `entries` are the names and keys (`db`, `db/password`) that were asked for. Throws
 * `InvalidResponse` unless all of them are there: a part of them is not a state.
 */
export function valuesByName(
  values: Values,
  entries: readonly string[],
): ReadonlyMap<string, SecretValues> {
  const found = new Map<string, SecretValues>();
  for (const entry of entries) {
    const [name = '', key] = entry.split('/');
    const data = ownMember(values, name);
    if (!isTexts(data) || (key !== undefined && !Object.hasOwn(data, key))) {
      throw new SallyportError('InvalidResponse', `the response has no values of ${entry}`);
    }
    if (!found.has(name)) found.set(name, new SecretValues({ data }));
  }
  return found;
}

function ownMember(values: unknown, name: string): unknown {
  const isThere = typeof values === 'object' && values !== null && Object.hasOwn(values, name);
  return isThere ? (values as Readonly<Record<string, unknown>>)[name] : undefined;
}

function isTexts(data: unknown): data is Readonly<Record<string, string>> {
  return (
    typeof data === 'object' &&
    data !== null &&
    Object.values(data).every((value) => typeof value === 'string')
  );
}
