import { SallyportError, withErrors } from '../../core/errors/sallyport-error.js';
import type { SecretValue } from '../../core/secret-value.js';
import { memberRequests } from '../../secrets/domain/documents/key-document.js';
import { pointerTo } from '../../secrets/domain/json-pointer.js';
import type { SecretData } from '../../secrets/domain/secret.js';

/** Key of a Secret or of an import, or a member of the document in it. */
export interface NeededKey {
  readonly name: string;
  readonly key: string;
  readonly pointer?: string | undefined;
}

/** Keys by the name of the value that is made of them. */
export type NeededKeys = ReadonlyMap<string, NeededKey>;

/** Entry of a read, and the names of all values that it gives. */
export interface NeededEntry {
  readonly entry: NeededKey;
  readonly names: readonly string[];
}

/** Returns each key and each member once. */
export function neededEntries(keys: NeededKeys): readonly NeededEntry[] {
  const groups = Map.groupBy(keys, ([, { name, key, pointer }]) =>
    JSON.stringify([name, key, pointer]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ entry: first[1], names: group.map(([name]) => name) }] : [];
  });
}

/** Returns as how many requests the members of documents count, each once. */
export function memberRequestsOf(all: readonly NeededKeys[]): number {
  const members = all.flatMap(neededEntries).filter(({ entry }) => entry.pointer !== undefined);
  return members.reduce((sum, { entry }) => sum + memberRequests(entry), 0);
}

/** Returns the values of a read by their names; `shown` has the content of each entry, in order. */
export function namedValues(
  needed: readonly NeededEntry[],
  shown: readonly { readonly data: SecretData }[],
): ReadonlyMap<string, SecretValue> {
  const entries = needed.flatMap(({ entry, names }, index) => {
    const value = shown[index]?.data.get(entry.key);
    return value === undefined ? [] : names.map((name) => [name, value] as const);
  });
  return new Map(entries);
}

/** Returns a failure of a read of entries with the names of the values that could not be read. */
export function namedErrors(error: unknown, needed: readonly NeededEntry[]): unknown {
  if (!(error instanceof SallyportError)) return error;
  const errors = error.errors.flatMap(({ pointer, reason }) => {
    const { names = [] } = needed[Number(/^\/query\/secret\/(\d+)$/.exec(pointer)?.[1])] ?? {};
    return names.map((name) => ({ pointer: pointerTo('values', name), reason }));
  });
  return errors.length === 0 ? error : withErrors(error, error.message, errors);
}

/** Returns a failure of a read for one value, with its name and this reason. */
export function namedError(error: SallyportError, name: string, reason: string): SallyportError {
  return withErrors(error, reason, [{ pointer: pointerTo('values', name), reason }]);
}
