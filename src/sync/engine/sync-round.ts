import { syncLimits } from '../../core/sync-limits.js';
import { isOutboundFault } from '../../platform/outbound/domain/outbound-fault.js';
import { confirmedDeletions } from '../domain/confirmed-deletions.js';
import { baseWith, intendedAfter, intendedBefore, intendedBy } from '../domain/intended-values.js';
import { losesInCluster, losingValues } from '../domain/losing-values.js';
import type { KeyDecision } from '../domain/merge-keys.js';
import { type MergedSide, mergedSide, rebased, type SideValues } from '../domain/merged-sides.js';
import {
  type Fingerprints,
  type HoldReason,
  isResolved,
  planSync,
  type SeenStore,
  type SyncSides,
} from '../domain/plan-sync.js';
import { RemoteFault } from '../domain/remote-fault.js';
import type {
  RemoteState,
  RemoteStore,
  RemoteWrite,
  RemoteWritten,
} from '../domain/remote-store.js';
import {
  isOutdated,
  isSameMemory,
  type Remembered,
  storeStateOf,
  type SyncMemory,
} from '../domain/sync-memory.js';
import type { ClusterSide } from './cluster-side.js';
import { RoundProgress, type SeenStates, seenOf } from './round-progress.js';
import {
  foreignOrigins,
  isLoop,
  isToBeClaimed,
  markFor,
  type StoreMarkDependencies,
} from './store-marks.js';
import { SyncRefused } from './sync-refused.js';
import { afterTakeOver, onceTakenOver, withoutOtherTakeOver } from './take-over.js';
import { fingerprintsOf, idOfValues, type StoreWriteDependencies, writeOf } from './store-write.js';

export interface SyncRoundDependencies extends StoreWriteDependencies, StoreMarkDependencies {
  readonly cluster: ClusterSide;
  readonly store: Pick<RemoteStore, 'read' | 'write' | 'claim' | 'pendingOf' | 'overwrittenBy'>;
  readonly memory: SyncMemory;
  /** Process that looks. */
  readonly observer: string;
  /** Time of its monotonic clock, in milliseconds. */
  readonly nowMs: number;
  /** Throws if a write between these states was refused, and must wait. */
  readonly requireAttempt: () => void;
  /** Whether the store keeps values that a write replaces. */
  readonly keepsHistory: boolean;
  /** Whether the round only plans. */
  readonly isDryRun?: boolean;
}

export type RoundResult =
  | { readonly kind: 'held'; readonly reason: HoldReason; readonly seen: SeenStates }
  /** One side was changed during the round: it must be repeated. */
  | { readonly kind: 'disturbed' }
  | {
      readonly kind: 'done';
      readonly seen: SeenStates;
      readonly keys: ReadonlyMap<string, KeyDecision>;
    };

/**
 * Runs one round of a sync. Each side is written under the state that was read. The memory is saved
 * before the first write, so that one process alone writes for what is remembered, and after each
 * side: if the process ends in between, the next round finds equal values, or those that were
 * about to be written. Throws what the sides throw.
 */
export async function runRound(
  parts: SyncRoundDependencies,
  signal: AbortSignal,
  progress = new RoundProgress(),
): Promise<RoundResult> {
  // First: with an older memory, a value that was replaced meanwhile would look like a change.
  const before = await settled(parts, await parts.memory.recall(), signal, progress);
  if (before === undefined) return { kind: 'disturbed' };
  const read = await readSides(parts, before, signal);
  const { local, remote, stored, sides } = read;
  const { version: clusterVersion, changedAt: clusterChangedAt } = local;
  const found = progress.read({ ...seenOf(remote), clusterVersion, clusterChangedAt });
  const plan = planSync(sides, onceTakenOver(parts.rules, before));
  if (plan.kind === 'held') return { ...plan, seen: found };
  const { keys, lost } = confirmedDeletions(plan.keys, read.values, {
    ...{ lost: before.lost, observer: parts.observer, nowMs: parts.nowMs },
    isResolved: (key) => isResolved(key, parts.rules.resolution),
  });
  if (parts.isDryRun === true) return { kind: 'done', keys, seen: found };
  const pushed = mergedSide(stored, local.values, keys, 'push');
  const changes: Changes = {
    ...{ before, lost, keys, read },
    write: pushed.isChanged ? writeOf({ ...parts, mark: read.mark }, remote, pushed) : undefined,
    pulled: mergedSide(local.values, stored, keys, 'pull'),
  };
  const isDone = await carryOut(parts, changes, signal, progress);
  return isDone ? { kind: 'done', keys, seen: progress.seen ?? found } : { kind: 'disturbed' };
}

type ReadSides = Awaited<ReturnType<typeof readSides>>;

/** Decisions of a round. */
interface Changes extends Pick<Remembered, 'lost'> {
  readonly before: Remembered;
  readonly read: ReadSides;
  readonly keys: ReadonlyMap<string, KeyDecision>;
  /** Undefined: the store keeps its values. */
  readonly write: RemoteWrite | undefined;
  readonly pulled: MergedSide;
}

/**
 * Finds out what a write has overwritten whose end is not known. Returns what is remembered after
 * that; undefined: another process works on it.
 */
async function settled(
  { isDryRun, memory, name, store, rules }: SyncRoundDependencies,
  recalled: Remembered,
  signal: AbortSignal,
  progress: RoundProgress,
): Promise<Remembered | undefined> {
  const before = withoutOtherTakeOver(rules, recalled);
  if (isDryRun === true) return before;
  if (before.pending === undefined) {
    return before === recalled || (await memory.save(before)) ? before : undefined;
  }
  // Recorded before it is forgotten, and twice rather than never.
  progress.replaced(await store.overwrittenBy(name, before.pending, signal));
  const after = { ...before, pending: undefined };
  return (await memory.save(after)) ? after : undefined;
}

/** Writes both sides, and the memory. Returns false if the round was disturbed. */
async function carryOut(
  parts: SyncRoundDependencies,
  changes: Changes,
  signal: AbortSignal,
  progress: RoundProgress,
): Promise<boolean> {
  const { cluster, memory } = parts;
  const { keys, pulled, read } = changes;
  const begun = await begin(parts, changes);
  if (begun === undefined) return false;
  progress.attempted();
  if (!(await keepReplaced(parts, changes, begun))) return false;
  const written = await push(parts, changes, begun, signal);
  if (written instanceof RemoteFault) {
    if (written.mayHaveChanged) progress.changed();
    return false;
  }
  if (written !== undefined) progress.pushed(written);
  const after = written === undefined ? begun : afterPush(begun, changes, written);
  const now = afterTakeOver(parts.rules, read.remote, after);
  if (now !== begun && !(await memory.save(now))) return false;
  if (!pulled.isChanged) return true;
  const isLosing = losesInCluster(keys, read.sides);
  const write = cluster.write(pulled.values, read.local, { isLosing });
  const version = await write.catch(async (error: unknown) => {
    if (error instanceof SyncRefused) await refused(parts, changes, now);
    throw error;
  });
  if (version === undefined) return false;
  progress.pulled(version);
  const base = rebased(now.base, read.sides.store.fingerprints, keysOf(keys, 'pull'));
  return memory.save({ ...now, base, intended: intendedAfter(now.intended, keys, 'pull') });
}

/** Records values that the store is about to lose. Returns false if the round was disturbed. */
async function keepReplaced(
  parts: SyncRoundDependencies,
  changes: Changes,
  begun: Remembered,
): Promise<boolean> {
  const { keys, read, write } = changes;
  if (write === undefined || parts.keepsHistory) return true;
  const losing = losingValues(keys, read.sides, read.stored);
  if (losing.size === 0) return true;
  let isKept = false;
  try {
    isKept = await parts.cluster.keepReplaced(losing, read.local, idOfValues(parts, losing));
  } finally {
    if (!isKept) await refused(parts, changes, begun);
  }
  return isKept;
}

/** Saves what the round has read, before it writes. Returns undefined if it may not write. */
async function begin(
  parts: SyncRoundDependencies,
  { before, lost, keys, read, write, pulled }: Changes,
): Promise<Remembered | undefined> {
  const { local, remote, sides, fingerprints } = read;
  const now: Remembered = {
    ...{ ...before, lost, storeState: storeStateOf(remote, before) },
    pending: write && parts.store.pendingOf(write),
    base: rebased(sides.base, sides.cluster, keysOf(keys, 'equal')),
    intended: intendedBy(keys, fingerprints, before.intended),
    origins: parts.rules.direction === 'push' ? [] : foreignOrigins(sides),
  };
  const isWritten = write !== undefined || pulled.isChanged || isToBeClaimed(parts.rules, read);
  if (!isWritten && isSameMemory(now, before)) return now;
  if (isWritten) parts.requireAttempt();
  // With a state from the cache, the store would get a value back that a pull has replaced.
  if (!(await parts.cluster.isCurrent(local))) return undefined;
  return (await parts.memory.save(now)) ? now : undefined;
}

/** Reads both sides, and how they relate to what is remembered. */
async function readSides(parts: SyncRoundDependencies, before: Remembered, signal: AbortSignal) {
  const { cluster, store, name, owner } = parts;
  const [local, remote] = await Promise.all([cluster.read(), store.read(name, signal)]);
  const stored = parts.keys.ofStore(remote.kind === 'present' ? remote.values : nothing);
  const mark = markFor(parts, local);
  const values = { cluster: local.values, store: stored };
  const isTooLarge = Math.max(local.values.size, stored.size) > syncLimits.syncedKeysMax;
  const fingerprints = {
    cluster: fingerprintsOf(parts, isTooLarge ? nothing : local.values),
    store: fingerprintsOf(parts, isTooLarge ? nothing : stored),
  };
  const base = baseWith(before.base, before.intended, fingerprints);
  const sides: SyncSides = {
    ...{ owner, base, isInCluster: local.version !== undefined },
    ...{ origins: mark.origins, isLoop: isLoop(parts, local, remote), isTooLarge },
    cluster: fingerprints.cluster,
    store: { ...seen(remote, fingerprints.store), isOutdated: isOutdated(before, remote) },
  };
  return { local, remote, stored, sides, fingerprints, mark, values };
}

/** Returns what is remembered after a write to the store. */
function afterPush(
  now: Remembered,
  { keys, read: { remote, sides } }: Changes,
  { version }: RemoteWritten,
): Remembered {
  const { changedAt, keyTimes } = remote.kind === 'present' ? remote : noTimes;
  const replaced = remote.kind === 'present' ? remote.version : undefined;
  const base = rebased(now.base, sides.cluster, keysOf(keys, 'push'));
  const intended = intendedAfter(now.intended, keys, 'push');
  const storeState = { version, changedAt, keyTimes };
  return { ...now, base, replaced, storeState, intended, pending: undefined };
}

const nothing: SideValues = new Map();
const noTimes = { changedAt: undefined, keyTimes: undefined };

/** Writes the store if it must have other values, or another owner. Returns StoreChanged. */
async function push(
  parts: SyncRoundDependencies,
  changes: Changes,
  begun: Remembered,
  signal: AbortSignal,
): Promise<RemoteWritten | RemoteFault | undefined> {
  const { store, name } = parts;
  const { read, write } = changes;
  const { mark, remote } = read;
  try {
    if (write !== undefined) return await store.write(name, write, signal);
    if (remote.kind === 'present' && isToBeClaimed(parts.rules, read)) {
      await store.claim(name, { former: remote.mark, mark }, signal);
    }
    return undefined;
  } catch (error) {
    if (isOutboundFault(error) && !error.mayHaveChanged) await refused(parts, changes, begun);
    if (error instanceof RemoteFault && error.reason === 'StoreChanged') return error;
    throw error;
  }
}

/**
 * Forgets a write that a side has certainly refused: a value that others write meanwhile is theirs,
 * and without this write, versions of others have replaced each other.
 */
async function refused(
  { memory }: Pick<SyncRoundDependencies, 'memory'>,
  { before }: Changes,
  now: Remembered,
): Promise<void> {
  const intended = intendedBefore(now.intended, before.intended);
  const after = { ...now, pending: undefined, intended };
  if (!isSameMemory(now, after)) await memory.save(after);
}

function seen(remote: RemoteState, fingerprints: Fingerprints): SeenStore {
  const mark = remote.kind === 'absent' ? undefined : remote.mark;
  return { kind: remote.kind, mark, fingerprints };
}

function keysOf(keys: ReadonlyMap<string, KeyDecision>, wanted: KeyDecision): readonly string[] {
  return [...keys].flatMap(([key, decision]) => (decision === wanted ? [key] : []));
}
