import { createHash } from 'node:crypto';
import type { SecretValue } from '../../core/secret-value.js';
import type { KeyDecision } from '../domain/merge-keys.js';
import { type MergedSide, mergedSide, rebased, type SideValues } from '../domain/merged-sides.js';
import {
  type Fingerprints,
  type HoldReason,
  planSync,
  type SeenStore,
  type SyncRules,
} from '../domain/plan-sync.js';
import { RemoteFault } from '../domain/remote-fault.js';
import { type FoundMark, isMarkOf, markText, type RemoteMark } from '../domain/remote-mark.js';
import type { RemoteState, RemoteStore, RemoteWritten } from '../domain/remote-store.js';
import type { SyncedKeys } from '../domain/synced-keys.js';
import { RoundProgress, type SeenStates } from './round-progress.js';

/** Synced keys of a Secret of the cluster. */
export interface ClusterState {
  /** Identity of the state; undefined: there is no Secret. */
  readonly version: string | undefined;
  readonly values: SideValues;
}

/** Secret of the cluster, as a sync reads and writes it. */
export interface ClusterSide {
  read(): Promise<ClusterState>;
  /** Replaces the synced keys. Resolves with the new version; undefined: another state is there. */
  write(values: SideValues, expected: ClusterState): Promise<string | undefined>;
}

/** Memory of a sync between rounds. It has fingerprints, and no value. */
export interface SyncMemory {
  base(): Promise<Fingerprints | undefined>;
  /** Saves the last common values; false if another process has saved since `base`. */
  save(base: Fingerprints): Promise<boolean>;
}

export interface SyncRoundDependencies {
  readonly cluster: ClusterSide;
  readonly store: RemoteStore;
  readonly memory: SyncMemory;
  /** Name in the store, with its prefix. */
  readonly name: string;
  readonly owner: RemoteMark;
  readonly rules: SyncRules;
  readonly keys: SyncedKeys;
  /** Whether the round only plans. */
  readonly isDryRun?: boolean;
  /** Returns a keyed fingerprint of a value, which is of use for this sync and key alone. */
  readonly fingerprint: (key: string, value: SecretValue) => string;
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
 * after each side: if the process ends in between, the next round finds equal values. Throws what
 * the sides throw.
 */
export async function runRound(
  parts: SyncRoundDependencies,
  signal: AbortSignal,
  progress = new RoundProgress(),
): Promise<RoundResult> {
  const { cluster, store, memory, name, rules } = parts;
  const [base, local, remote] = await Promise.all([
    memory.base(),
    cluster.read(),
    store.read(name, signal),
  ]);
  const stored = parts.keys.ofStore(remote.kind === 'present' ? remote.values : nothing);
  const sides = {
    owner: parts.owner,
    base,
    cluster: fingerprintsOf(parts, local.values),
    isInCluster: local.version !== undefined,
    store: seen(remote, fingerprintsOf(parts, stored)),
  };
  const found = progress.read({ ...seenOf(remote), clusterVersion: local.version });
  const plan = planSync(sides, rules);
  if (plan.kind === 'held') return { ...plan, seen: found };
  const { keys } = plan;
  if (parts.isDryRun === true) return { kind: 'done', keys, seen: found };
  const pushed = mergedSide(stored, local.values, keys, 'push');
  const written = await push(parts, { remote, pushed }, signal);
  if (written instanceof RemoteFault) {
    if (written.mayHaveChanged) progress.changed();
    return disturbed;
  }
  if (written !== undefined) progress.pushed(written);
  const equal = keysOf(keys, 'equal');
  const afterPush = rebased(base, sides.cluster, [...equal, ...keysOf(keys, 'push')]);
  if (isOther(afterPush, base) && !(await memory.save(afterPush))) return disturbed;
  const pulled = mergedSide(local.values, stored, keys, 'pull');
  if (!pulled.isChanged) return { kind: 'done', keys, seen: progress.seen ?? found };
  const version = await cluster.write(pulled.values, local);
  if (version === undefined) return disturbed;
  progress.pulled(version);
  const afterPull = rebased(afterPush, sides.store.fingerprints, keysOf(keys, 'pull'));
  if (!(await memory.save(afterPull))) return disturbed;
  return { kind: 'done', keys, seen: progress.seen ?? found };
}

const disturbed = { kind: 'disturbed' } as const;
const nothing: SideValues = new Map();

interface Push {
  readonly remote: RemoteState;
  readonly pushed: MergedSide;
}

/** Writes the store if it must have other values, or another owner. Returns StoreChanged. */
async function push(
  parts: SyncRoundDependencies,
  { remote, pushed }: Push,
  signal: AbortSignal,
): Promise<RemoteWritten | RemoteFault | undefined> {
  const { store, name, owner: mark } = parts;
  try {
    if (pushed.isChanged) {
      if (remote.kind === 'present' && remote.hasOtherTypes === true) throw otherTypes();
      const stored = remote.kind === 'present' ? remote.values : nothing;
      const values = parts.keys.inStore(pushed.values, stored);
      const idempotencyToken = tokenOf(parts, remote, values);
      return await store.write(name, { values, mark, expected: remote, idempotencyToken }, signal);
    }
    if (remote.kind === 'present' && isToBeClaimed(remote.mark, parts)) {
      await store.claim(name, { former: remote.mark, mark }, signal);
    }
    return undefined;
  } catch (error) {
    if (error instanceof RemoteFault && error.reason === 'StoreChanged') return error;
    throw error;
  }
}

function otherTypes(): RemoteFault {
  const what = 'the secret in the store has members that are no text';
  return new RemoteFault('StoreRefused', `${what}: a write would make texts of them`);
}

/** Reports whether this sync writes a secret that the plan has taken over, without its mark. */
function isToBeClaimed(mark: FoundMark, { owner, rules }: SyncRoundDependencies): boolean {
  return rules.direction !== 'pull' && !isMarkOf(mark, owner);
}

/** Returns a token for this write of these values to this state; it tells nothing of them. */
function tokenOf(parts: SyncRoundDependencies, seen: RemoteState, values: SideValues): string {
  const version = seen.kind === 'absent' ? null : seen.version;
  const fingerprints = [...fingerprintsOf(parts, values)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const write = [markText(parts.owner), parts.name, seen.kind, version, fingerprints];
  return createHash('sha256').update(JSON.stringify(write)).digest('hex');
}

function fingerprintsOf(
  { fingerprint }: Pick<SyncRoundDependencies, 'fingerprint'>,
  values: SideValues,
): Fingerprints {
  return new Map([...values].map(([key, value]) => [key, fingerprint(key, value)]));
}

function seen(remote: RemoteState, fingerprints: Fingerprints): SeenStore {
  const mark = remote.kind === 'absent' ? undefined : remote.mark;
  return { kind: remote.kind, mark, fingerprints };
}

function seenOf(remote: RemoteState): Omit<SeenStates, 'clusterVersion'> {
  if (remote.kind === 'absent') {
    return { storeVersion: undefined, storeChangedAt: undefined, mark: undefined };
  }
  const storeChangedAt = remote.kind === 'present' ? remote.changedAt : undefined;
  return { storeVersion: remote.version, storeChangedAt, mark: remote.mark };
}

function keysOf(keys: ReadonlyMap<string, KeyDecision>, wanted: KeyDecision): readonly string[] {
  return [...keys].flatMap(([key, decision]) => (decision === wanted ? [key] : []));
}

function isOther(after: Fingerprints, before: Fingerprints | undefined): boolean {
  if (before === undefined || after.size !== before.size) return true;
  return [...after].some(([key, fingerprint]) => before.get(key) !== fingerprint);
}
