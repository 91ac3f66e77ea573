import {
  type CustomResourceStatus,
  specTag,
} from '../../custom-resources/domain/custom-resource.js';
import { messageOf, reasonOf } from '../../custom-resources/domain/status-condition.js';
import type { KeyDecision } from './merge-keys.js';
import type { OverwrittenVersions } from './overwritten-versions.js';
import { conflictProblem, type SeenVersions, type SyncOutcome } from './sync-outcome.js';
import { stateOf, type SyncState } from './sync-status.js';
import type { ParsedStore } from './store-spec.js';
import type { ParsedSync } from './sync-spec.js';

/** Members of a read body that a write ignores. */
export const syncReadOnly = [
  'name',
  'author',
  'state',
  'reason',
  'message',
  'secretVersion',
  'secretChangedAt',
  'storeVersion',
  'storeChangedAt',
  'lastSyncAt',
  'keyStates',
  'overwritten',
  'owner',
] as const;
export const storeReadOnly = ['name', 'problem'] as const;

/** Key of a sync, and how it stands. */
export interface KeyStateView {
  readonly name: string;
  readonly state: 'InSync' | 'Retained' | 'Deleting' | 'Conflict';
}

/** Owner of the secret in the store, if it is another sync. */
export interface SyncOwnerView {
  readonly clusterUID: string;
  readonly namespaceUID: string;
  readonly syncUID: string;
}

/** Versions of others that a write has overwritten unseen, the last time. */
export interface SyncOverwrittenView {
  /** RFC 3339: when a look found them. */
  readonly at: string;
  readonly count: number;
  /** Some of them, the last ones first. */
  readonly versions: readonly string[];
}

/** Sync as its namespace sees it: the spec, and how it stands. */
export interface SyncView {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly readOnly: {
    /** User name; null: nobody is known to have written the spec. */
    readonly author: string | null;
    /** Null before the first look. */
    readonly state: SyncState | null;
    readonly reason: string | null;
    readonly message: string;
    readonly secretVersion: string | null;
    readonly secretChangedAt: string | null;
    readonly storeVersion: string | null;
    readonly storeChangedAt: string | null;
    /** RFC 3339: when a side was last written. */
    readonly lastSyncAt: string | null;
    readonly keyStates: readonly KeyStateView[];
    readonly overwritten: SyncOverwrittenView | null;
    readonly owner: SyncOwnerView | null;
  };
  readonly etag: string;
}

/** Store as its operators see it. */
export interface StoreView {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Null: the spec keeps all rules. */
  readonly readOnly: { readonly problem: string | null };
  readonly etag: string;
}

/** Result of a look that a caller requested; of a dry run, what it would do. */
export interface SyncRunView {
  readonly state: SyncState;
  readonly reason: string;
  readonly message: string;
  readonly keys: readonly KeyPlanView[];
  readonly secretVersion: string | null;
  readonly secretChangedAt: string | null;
  readonly storeVersion: string | null;
  readonly storeChangedAt: string | null;
  /** Whether a side was written. */
  readonly written: boolean;
  /** Versions of others that a write to the store has replaced unseen. */
  readonly overwritten: readonly string[];
}

export interface KeyPlanView {
  readonly name: string;
  readonly action: 'none' | 'push' | 'pull' | 'retain' | 'hold';
  readonly reason: string;
}

const plans: Readonly<Record<KeyDecision, Omit<KeyPlanView, 'name'>>> = {
  equal: { action: 'none', reason: 'both sides are equal' },
  push: { action: 'push', reason: 'the cluster has a newer state' },
  pull: { action: 'pull', reason: 'the store has a newer state' },
  retained: { action: 'retain', reason: 'one side alone has the key' },
  unconfirmed: { action: 'hold', reason: 'one side has lost the key: the next look confirms it' },
  conflict: { action: 'hold', reason: 'both sides have changed, or the side that only receives' },
};

/** Returns how a sync stands, by the status that the gateway has written. */
export function syncViewOf({ object }: ParsedSync, author: string | undefined): SyncView {
  const { name, spec, status } = object;
  const { state, owner, overwritten } = status;
  return {
    name,
    spec,
    readOnly: {
      author: author ?? null,
      state: typeof state === 'string' ? (state as SyncState) : null,
      reason: reasonOf(status) ?? null,
      message: messageOf(status),
      secretVersion: textOrNull(status['secretVersion']),
      secretChangedAt: textOrNull(status['secretChangeTime']),
      storeVersion: textOrNull(status['storeVersion']),
      storeChangedAt: textOrNull(status['storeChangeTime']),
      lastSyncAt: textOrNull(status['lastSyncTime']),
      keyStates: keyStatesOf(status),
      overwritten: overwrittenViewOf(overwritten as Partial<OverwrittenVersions> | undefined),
      owner: typeof owner === 'object' && owner !== null ? (owner as SyncOwnerView) : null,
    },
    etag: specTag(object),
  };
}

/** Returns the states of keys at the last look; none before the first one. */
export function keyStatesOf({ keys }: CustomResourceStatus): readonly KeyStateView[] {
  return Array.isArray(keys) ? (keys as readonly KeyStateView[]) : [];
}

export function storeViewOf({ object, problem }: ParsedStore): StoreView {
  const { name, spec } = object;
  return { name, spec, readOnly: { problem: problem ?? null }, etag: specTag(object) };
}

/** Returns the result of a look; `isDryRun`: nothing was written. */
export function runViewOf(outcome: SyncOutcome, isDryRun: boolean): SyncRunView {
  const versions = seenVersionsOf(outcome.seen);
  const state = stateOf(outcome);
  if (outcome.kind === 'problem') {
    const { reason, message } = outcome.problem;
    const { isWritten = false, overwritten = [] } = outcome;
    return { state, reason, message, keys: [], ...versions, written: isWritten, overwritten };
  }
  const keys = [...outcome.keys]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, decision]) => ({ name, ...plans[decision] }));
  const { isWritten, overwritten } = outcome;
  const written = isWritten && !isDryRun;
  const { reason = state, message = '' } = conflictProblem(outcome.keys) ?? {};
  return { state, reason, message, keys, ...versions, written, overwritten };
}

function seenVersionsOf(seen: Partial<SeenVersions> = {}) {
  return {
    secretVersion: seen.clusterVersion ?? null,
    secretChangedAt: seen.clusterChangedAt ?? null,
    storeVersion: seen.storeVersion ?? null,
    storeChangedAt: seen.storeChangedAt ?? null,
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function overwrittenViewOf(found: Partial<OverwrittenVersions> = {}): SyncOverwrittenView | null {
  const { time: at, count, versions } = found;
  const isKnown = at !== undefined && count !== undefined && versions !== undefined;
  return isKnown ? { at, count, versions } : null;
}
