import { syncLimits } from '../../core/sync-limits.js';
import type { ObjectEvent } from '../../custom-resources/domain/object-events.js';
import type { KeyDecision } from './merge-keys.js';
import { namedVersions } from './overwritten-versions.js';
import type { HoldReason } from './plan-sync.js';
import type { RemoteMark } from './remote-mark.js';

const NAMED_KEYS_MAX = 5;

/** States of both sides that a sync has seen. */
export interface SeenVersions {
  /** ResourceVersion of the Secret; undefined: there is none. */
  readonly clusterVersion: string | undefined;
  /** RFC 3339: when the Secret was last written, as far as the cluster knows. */
  readonly clusterChangedAt?: string | undefined;
  /** Version in the store; undefined: nothing has the name. */
  readonly storeVersion: string | undefined;
  /** Time of the last write in the store, as the store has it. */
  readonly storeChangedAt: string | undefined;
}

/** Condition that a problem concerns first. */
export type ConcernedCondition = 'Authorized' | 'StoreReachable' | 'InSync' | 'OwnedElsewhere';

/** Problem of a sync, in fixed words. */
export interface SyncProblem {
  readonly concerns: ConcernedCondition;
  /** One word, as Kubernetes has it. */
  readonly reason: string;
  readonly message: string;
}

/** Result of a look at a sync. */
export type SyncOutcome =
  | {
      readonly kind: 'problem';
      readonly problem: SyncProblem;
      /** Whether the store has answered. */
      readonly isStoreKnown: boolean;
      readonly seen?: SeenVersions | undefined;
      /** Owner of the secret in the store, if another sync has it. */
      readonly owner?: RemoteMark | undefined;
      /** Whether a side was written before the problem. */
      readonly isWritten?: boolean;
      /** As of a look that is done. */
      readonly overwritten?: readonly string[];
    }
  | {
      readonly kind: 'done';
      readonly keys: ReadonlyMap<string, KeyDecision>;
      readonly seen: SeenVersions;
      /** Whether a side was written. */
      readonly isWritten: boolean;
      /** Versions of others that the write came after, in a store without a conditional write. */
      readonly overwritten: readonly string[];
    };

const heldMessages: Readonly<Record<HoldReason, string>> = {
  OwnedElsewhere: 'the secret in the store has a mark of another version of the gateway',
  TooManyKeys: `a side has more than ${syncLimits.syncedKeysMax} keys: name those to sync in keys`,
  Loop: 'one side has values of the other one, which came by other syncs: delete one of them',
  ChainTooLong:
    'the values come by way of too many Secrets: sync with a Secret nearer to their origin',
  FirstSync: 'both sides have other values under one key: set firstSync, or resolve the sync',
  NothingToSync: 'there is no secret to sync yet: write it, or check secretName and remote.name',
  StoreOutdated: 'the store shows an older state than before: resolve the sync if that is right',
  StoreGone: 'the secret is not in the store any more: resolve the sync, or restore the secret',
  ClusterGone: 'the Secret is not in the cluster any more: resolve the sync, or restore the Secret',
  MassDeletion: 'one side has lost more than half of the keys: resolve the sync, or restore them',
};

/** Returns the problem of a sync that is held; `owner` has the secret in the store, if known. */
export function heldProblem(reason: HoldReason, owner?: RemoteMark): SyncProblem {
  if (reason !== 'OwnedElsewhere') {
    return { concerns: 'InSync', reason, message: heldMessages[reason] };
  }
  const message =
    owner === undefined
      ? heldMessages[reason]
      : `the secret in the store is of the SecretSync ${owner.syncUid}; see remote.takeOverFrom`;
  return { concerns: 'OwnedElsewhere', reason, message };
}

/** Returns the keys with a decision, in the order of their names. */
export function keysWith(
  keys: ReadonlyMap<string, KeyDecision>,
  wanted: KeyDecision,
): readonly string[] {
  return [...keys].flatMap(([key, decision]) => (decision === wanted ? [key] : [])).toSorted();
}

/** Returns the problem of keys in conflict; undefined if there are none. */
export function conflictProblem(keys: ReadonlyMap<string, KeyDecision>): SyncProblem | undefined {
  const conflicts = keysWith(keys, 'conflict');
  if (conflicts.length === 0) return undefined;
  const others = conflicts.length - NAMED_KEYS_MAX;
  const named = conflicts.slice(0, NAMED_KEYS_MAX).join(', ');
  const which = `${named}${others > 0 ? ` and ${others} more` : ''}`;
  const sides = 'both sides, or the side that only receives,';
  const message = `${sides} have changed ${which}: resolve the sync`;
  return { concerns: 'InSync', reason: 'Conflict', message };
}

/** Returns the Event about versions that a look has overwritten unseen; undefined: none were. */
export function overwrittenEvent({ overwritten = [] }: SyncOutcome): ObjectEvent | undefined {
  if (overwritten.length === 0) return undefined;
  const message = `a write has replaced versions of others: ${namedVersions(overwritten)}`;
  return { type: 'Warning', reason: 'Overwritten', message };
}
