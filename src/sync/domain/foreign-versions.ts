import { syncLimits } from '../../core/sync-limits.js';

/** Version of a secret in a list that has no order. */
export interface ListedVersion {
  readonly id: string;
  /** Time of its creation, in whole seconds: many versions can have one time. */
  readonly createdSeconds: number;
  /** Token of the write of a sync that made the version; undefined: others did. */
  readonly token: string | undefined;
  /** Versions that this write had seen, of the second of the expected version or later. */
  readonly seen: readonly string[];
}

/** Write of a sync, and what the store has after it. */
export interface MadeVersion {
  readonly id: string;
  readonly token: string;
  /** Version that the values were for; undefined: there was none. */
  readonly expectedId: string | undefined;
  /** Version that readers get now. */
  readonly currentId: string | undefined;
}

/**
 * Returns the versions of others that a write has overwritten: they are neither the expected one,
 * nor seen before, nor written after it for certain. Times are whole seconds, so that a version of
 * the same second counts as overwritten, unless it is current.
 */
export function overwrittenVersions(
  versions: readonly ListedVersion[],
  { id, token, expectedId, currentId }: MadeVersion,
): readonly string[] {
  const made = versions.find((one) => one.id === id);
  const expected = versions.find((one) => one.id === expectedId);
  const known = new Set([id, expectedId, currentId, ...(made?.seen ?? [])]);
  const others = versions.filter((one) => {
    if (known.has(one.id) || one.token === token) return false;
    const isBefore = expected !== undefined && one.createdSeconds < expected.createdSeconds;
    const isAfter = made !== undefined && one.createdSeconds > made.createdSeconds;
    return !isBefore && !isAfter;
  });
  const { overwrittenMax } = syncLimits;
  const newestFirst = others.toSorted((a, b) => b.createdSeconds - a.createdSeconds);
  return newestFirst.slice(0, overwrittenMax).map((one) => one.id);
}

/**
 * Returns the versions that a write has to name, so that `overwrittenVersions` leaves them out. A
 * version that does not fit counts as overwritten later, which is said once too often.
 */
export function seenVersions(
  versions: readonly ListedVersion[],
  expectedId: string | undefined,
): readonly string[] {
  const expected = versions.find((one) => one.id === expectedId);
  const atOrAfter = versions.filter(({ id, createdSeconds }) => {
    return id !== expectedId && createdSeconds >= (expected?.createdSeconds ?? 0);
  });
  return atOrAfter.slice(0, syncLimits.azureSeenVersionsMax).map((one) => one.id);
}
