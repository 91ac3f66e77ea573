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
  if (storeState !== undefined && !isOfSameKeys(remote.version, storeState.version)) return false;
  const [knownMs, foundMs] = [storeState?.changedAt, remote.changedAt].map((time) =>
    time === undefined ? Number.NaN : Date.parse(time),
  );
  return knownMs !== undefined && foundMs !== undefined && foundMs < knownMs;
}

/** Reports whether two memories are the same. */
export function isSameMemory(one: Remembered, other: Remembered): boolean {
  return (
    isDeepStrictEqual(one.base, other.base) &&
    isDeepStrictEqual(one.lost, other.lost) &&
    one.storeState?.version === other.storeState?.version &&
    one.storeState?.changedAt === other.storeState?.changedAt &&
    one.replaced === other.replaced &&
    isDeepStrictEqual(one.intended, other.intended) &&
    isDeepStrictEqual(one.origins, other.origins) &&
    one.pending?.idempotencyToken === other.pending?.idempotencyToken
  );
}
