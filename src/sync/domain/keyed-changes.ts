import { isDeepStrictEqual } from 'node:util';
import type { SecretValue } from '../../core/secret-value.js';
import { isPresent, type KeyedSecret, type PresentKey, valueOf } from './keyed-state.js';
import type { RemoteMark } from './remote-mark.js';
import type { RemoteValues } from './remote-store.js';

/** Secret of a key that gets another value. */
export interface WrittenKey extends KeyedSecret {
  readonly value: SecretValue;
}

/** Changes of the secrets of keys. All others stay as they are. */
export interface KeyedChanges {
  readonly written: readonly WrittenKey[];
  /** Secrets that have their values already, but not the mark of the owner. */
  readonly claimed: readonly PresentKey[];
  readonly removed: readonly PresentKey[];
}

/** Returns the changes after which the secrets have these values, and the mark of the owner. */
export function keyedChanges(
  secrets: readonly KeyedSecret[],
  values: RemoteValues,
  owner: RemoteMark,
): KeyedChanges {
  const written = secrets.flatMap((secret) => {
    const value = values.get(secret.key);
    const isSame = value === undefined || valueOf(secret)?.equals(value) === true;
    return isSame ? [] : [{ ...secret, value }];
  });
  const present = secrets.filter(isPresent);
  // A secret without a value stays: somebody has prepared it.
  const removed = present.filter((secret) => {
    return !values.has(secret.key) && valueOf(secret) !== undefined;
  });
  const changed = new Set([...written, ...removed].map(({ key }) => key));
  const claimed = present.filter(({ key, state }) => {
    return !changed.has(key) && !isDeepStrictEqual(state.mark, owner);
  });
  return { written, claimed, removed };
}
