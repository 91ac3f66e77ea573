import { createHash } from 'node:crypto';
import type { SecretValue } from '../../core/secret-value.js';
import type { KeyDecision } from '../domain/merge-keys.js';
import { mergedSide, rebased, type SideValues } from '../domain/merged-sides.js';
import {
  type Fingerprints,
  type HoldReason,
  planSync,
  type SeenStore,
  type SyncRules,
} from '../domain/plan-sync.js';
import { RemoteFault } from '../domain/remote-fault.js';
import { markText, type RemoteMark } from '../domain/remote-mark.js';
import type { RemoteState, RemoteStore, RemoteWritten } from '../domain/remote-store.js';

/** Synced keys of a Secret of the cluster. */
export interface ClusterState {
  /** Identity of the state; undefined: there is no Secret. */
  readonly version: string | undefined;
  readonly values: SideValues;
}

/** Secret of the cluster, as a sync reads and writes it. */
export interface ClusterSide {
  read(): Promise<ClusterState>;
  /** Replaces the synced keys; resolves with false if another state is there. */
  write(values: SideValues, expected: ClusterState): Promise<boolean>;
}

/** Memory of a sync between rounds. It has fingerprints, and no value. */
export interface SyncMemory {
  base(): Promise<Fingerprints | undefined>;
  save(base: Fingerprints): Promise<void>;
}

export interface SyncRoundDependencies {
  readonly cluster: ClusterSide;
  readonly store: RemoteStore;
  readonly memory: SyncMemory;
  /** Name in the store, with its prefix. */
  readonly name: string;
  readonly owner: RemoteMark;
  readonly rules: SyncRules;
  /** Returns a keyed fingerprint of a value, which is of use for this sync and key alone. */
  readonly fingerprint: (key: string, value: SecretValue) => string;
}

export type RoundResult =
  | { readonly kind: 'held'; readonly reason: HoldReason }
  /** One side was changed during the round: it must be repeated. */
  | { readonly kind: 'disturbed' }
  | {
      readonly kind: 'done';
      readonly keys: ReadonlyMap<string, KeyDecision>;
      /** Undefined: the store was not written. */
      readonly written?: RemoteWritten | undefined;
    };

/**
 * Runs one round of a sync. Each side is written under the state that was read. The memory is saved
 * after each side: if the process ends in between, the next round finds equal values. Throws what
 * the sides throw.
 */
export async function runRound(
  parts: SyncRoundDependencies,
  signal: AbortSignal,
): Promise<RoundResult> {
  const { cluster, store, memory, name, owner, rules } = parts;
  const [base, local, remote] = await Promise.all([
    memory.base(),
    cluster.read(),
    store.read(name, signal),
  ]);
  const stored = remote.kind === 'present' ? remote.values : new Map<string, never>();
  const sides = {
    owner,
    base,
    cluster: fingerprintsOf(parts, local.values),
    isInCluster: local.version !== undefined,
    store: seen(remote, fingerprintsOf(parts, stored)),
  };
  const plan = planSync(sides, rules);
  if (plan.kind === 'held') return plan;
  const { keys } = plan;
  let written: RemoteWritten | undefined;
  try {
    const pushed = mergedSide(stored, local.values, keys, 'push');
    if (pushed.isChanged) {
      const idempotencyToken = tokenOf(parts, remote, pushed.values);
      const write = { values: pushed.values, mark: owner, expected: remote, idempotencyToken };
      written = await store.write(name, write, signal);
    } else if (isUnmarked(remote, parts)) {
      await store.claim(name, { former: undefined, mark: owner }, signal);
    }
  } catch (error) {
    if (error instanceof RemoteFault && error.reason === 'StoreChanged') return disturbed;
    throw error;
  }
  const equal = keysOf(keys, 'equal');
  const afterPush = rebased(base, sides.cluster, [...equal, ...keysOf(keys, 'push')]);
  if (isOther(afterPush, base)) await memory.save(afterPush);
  const pulled = mergedSide(local.values, stored, keys, 'pull');
  if (!pulled.isChanged) return { kind: 'done', keys, written };
  if (!(await cluster.write(pulled.values, local))) return disturbed;
  await memory.save(rebased(afterPush, sides.store.fingerprints, keysOf(keys, 'pull')));
  return { kind: 'done', keys, written };
}

const disturbed = { kind: 'disturbed' } as const;

/** Reports whether a secret that this sync writes has no owner: its first round took it over. */
function isUnmarked(remote: RemoteState, { rules }: SyncRoundDependencies): boolean {
  return remote.kind === 'present' && rules.direction !== 'pull' && remote.mark === undefined;
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

function keysOf(keys: ReadonlyMap<string, KeyDecision>, wanted: KeyDecision): readonly string[] {
  return [...keys].flatMap(([key, decision]) => (decision === wanted ? [key] : []));
}

function isOther(after: Fingerprints, before: Fingerprints | undefined): boolean {
  if (before === undefined || after.size !== before.size) return true;
  return [...after].some(([key, fingerprint]) => before.get(key) !== fingerprint);
}
