import { isDeepStrictEqual } from 'node:util';
import type { LostKeys } from './confirmed-deletions.js';
import type { IntendedValue } from './intended-values.js';
import { isOfSameKeys } from './keyed-state.js';
import type { Fingerprints } from './plan-sync.js';
import type { PendingWrite, RemoteState } from './remote-store.js';

/** State of a store that a sync has seen last. */
export interface KnownStoreState {
  readonly version: string;
  /** Time of the write, as the store has it. */
  readonly changedAt: string | undefined;
  /** Times of the writes of keys, if each key has a secret of its own. */
  readonly keyTimes?: ReadonlyMap<string, string> | undefined;
}

/** Memory of a sync between its rounds. It has fingerprints, and no value. */
export interface Remembered {
  /** Values that were last on both sides; undefined: the sync has never been in sync. */
  readonly base: Fingerprints | undefined;
  readonly lost: LostKeys;
  readonly storeState: KnownStoreState | undefined;
  /** Version of the store that the last write has replaced. */
  readonly replaced: string | undefined;
  /** Values that looks were about to write, as long as it is not known whether they did. */
  readonly intended: readonly IntendedValue[];
  /** Secrets whose values a pull has brought, or may have brought. */
  readonly origins: readonly string[];
  /** Write of which it is not known what it has overwritten. */
  readonly pending: PendingWrite | undefined;
  /** Uid of the sync whose secret was taken over, as the spec demands: once, not again. */
  readonly tookOver?: string | undefined;
}

export const nothingRemembered: Remembered = {
  base: undefined,
  lost: [],
  storeState: undefined,
  replaced: undefined,
  intended: [],
  origins: [],
  pending: undefined,
};

/** Port of that memory. */
export interface SyncMemory {
  /** Throws Unavailable. */
  recall(): Promise<Remembered>;
  /** Replaces what is remembered; false if another process has saved since `recall`. */
  save(remembered: Remembered): Promise<boolean>;
}

/**
 * Reports whether a store shows a state that is older than one that the sync has seen: it was
 * restored, or a replica of the store answers late. A version that the sync itself has replaced is
 * older whatever its time is.
 */
export function isOutdated(
  { storeState, replaced }: Pick<Remembered, 'storeState' | 'replaced'>,
  remote: RemoteState,
): boolean {
  if (remote.kind !== 'present' || remote.version === storeState?.version) return false;
  if (remote.version === replaced) return true;
  if (storeState === undefined) return false;
  const { keyTimes } = remote;
  if (keyTimes !== undefined && storeState.keyTimes !== undefined) {
    const isEarlierKey = ([key, time]: readonly [string, string]): boolean =>
      isEarlier(keyTimes.get(key), time);
    return [...storeState.keyTimes].some(isEarlierKey);
  }
  const isComparable = isOfSameKeys(remote.version, storeState.version);
  return isComparable && isEarlier(remote.changedAt, storeState.changedAt);
}

/** Returns the state of the store to remember; the time of an own write is not known. */
export function storeStateOf(
  remote: RemoteState,
  { storeState }: Remembered,
): Remembered['storeState'] {
  if (remote.kind !== 'present' || remote.version === storeState?.version) return storeState;
  const { version, changedAt, keyTimes } = remote;
  return { version, changedAt, keyTimes };
}

/** Reports whether a time is before another one; false if one of them is not known. */
function isEarlier(found = '', known = ''): boolean {
  return Date.parse(found) < Date.parse(known);
}

/** Reports whether two memories are the same. */
export function isSameMemory(one: Remembered, other: Remembered): boolean {
  return (
    isDeepStrictEqual(one.base, other.base) &&
    isDeepStrictEqual(one.lost, other.lost) &&
    isSameState(one.storeState, other.storeState) &&
    one.replaced === other.replaced &&
    one.tookOver === other.tookOver &&
    isDeepStrictEqual(one.intended, other.intended) &&
    isDeepStrictEqual(one.origins, other.origins) &&
    one.pending?.idempotencyToken === other.pending?.idempotencyToken
  );
}

function isSameState(one?: KnownStoreState, other?: KnownStoreState): boolean {
  const isSame = one?.version === other?.version && one?.changedAt === other?.changedAt;
  return isSame && isDeepStrictEqual(one?.keyTimes, other?.keyTimes);
}
