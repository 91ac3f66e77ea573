import { syncLimits } from '../../core/sync-limits.js';
import type {
  CustomResource,
  CustomResourceStatus,
} from '../../custom-resources/domain/custom-resource.js';
import {
  type StatedCondition,
  timedConditions,
} from '../../custom-resources/domain/status-condition.js';
import type { KeyDecision } from './merge-keys.js';
import { overwrittenVersionsOf } from './overwritten-versions.js';
import { conflictProblem, type SyncOutcome, type SyncProblem } from './sync-outcome.js';

/** State of a sync after a look. */
export type SyncState = 'InSync' | 'Conflict' | 'Held' | 'OwnedElsewhere' | 'Failed';

/** State of a key after a look. */
type KeyState = 'InSync' | 'Retained' | 'Deleting' | 'Conflict';

const states: Readonly<Record<KeyDecision, KeyState>> = {
  equal: 'InSync',
  push: 'InSync',
  pull: 'InSync',
  retained: 'Retained',
  unconfirmed: 'Deleting',
  conflict: 'Conflict',
};

/** Returns the status of a SecretSync. It names keys and versions, and no value. */
export function syncStatus(
  object: Pick<CustomResource, 'generation' | 'status'>,
  outcome: SyncOutcome,
  nowMs: number,
): CustomResourceStatus {
  const { generation: observedGeneration, status } = object;
  const { seen } = outcome;
  const isDone = outcome.kind === 'done';
  return {
    observedGeneration,
    state: stateOf(outcome),
    secretVersion: seen ? seen.clusterVersion : status['secretVersion'],
    secretChangeTime: seen ? seen.clusterChangedAt : status['secretChangeTime'],
    storeVersion: seen
      ? shortened(seen.storeVersion, syncLimits.statusVersionCharactersMax)
      : status['storeVersion'],
    storeChangeTime: seen
      ? shortened(seen.storeChangedAt, syncLimits.statusTimeCharactersMax)
      : status['storeChangeTime'],
    lastSyncTime:
      outcome.isWritten === true ? new Date(nowMs).toISOString() : status['lastSyncTime'],
    keys: isDone ? keyStates(outcome.keys) : status['keys'],
    overwritten: overwrittenVersionsOf(outcome.overwritten ?? [], nowMs) ?? status['overwritten'],
    owner: outcome.kind === 'problem' && outcome.owner ? ownerOf(outcome.owner) : undefined,
    conditions: timedConditions(object, conditionsOf(outcome), nowMs),
  };
}

/** Bounds a text of a store: the cluster refuses a status with a longer one. */
function shortened(text: string | undefined, charactersMax: number): string | undefined {
  return text?.slice(0, charactersMax);
}

/** Returns the state of a sync after a look, in one word. */
export function stateOf(outcome: SyncOutcome): SyncState {
  if (outcome.kind === 'done') return hasConflict(outcome.keys) ? 'Conflict' : 'InSync';
  const { concerns } = outcome.problem;
  if (concerns === 'OwnedElsewhere') return 'OwnedElsewhere';
  return concerns === 'InSync' ? 'Held' : 'Failed';
}

function keyStates(keys: ReadonlyMap<string, KeyDecision>): readonly object[] {
  return [...keys]
    .filter(([name]) => name.length <= syncLimits.nameCharactersMax)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .slice(0, syncLimits.statusKeysMax)
    .map(([name, decision]) => ({ name, state: states[decision] }));
}

function ownerOf({
  clusterUid: clusterUID,
  namespaceUid: namespaceUID,
  syncUid: syncUID,
}: {
  readonly clusterUid: string;
  readonly namespaceUid: string;
  readonly syncUid: string;
}): object {
  return { clusterUID, namespaceUID, syncUID };
}

function conditionsOf(outcome: SyncOutcome): readonly StatedCondition[] {
  const problem = outcome.kind === 'problem' ? outcome.problem : conflictProblem(outcome.keys);
  const isStoreKnown = outcome.kind === 'done' || outcome.isStoreKnown;
  const isOwned = problem?.concerns === 'OwnedElsewhere';
  const isConflict = outcome.kind === 'done' && problem !== undefined;
  return [
    good('Ready', problem, 'InSync'),
    // A spec that breaks a rule needs no rights yet.
    problem?.reason === 'InvalidSpec'
      ? unknown('Authorized', 'NotAsked')
      : good('Authorized', concerning(problem, 'Authorized'), 'Allowed'),
    isStoreKnown || problem?.concerns === 'StoreReachable'
      ? good('StoreReachable', concerning(problem, 'StoreReachable'), 'Answered')
      : unknown('StoreReachable', 'NotAsked'),
    good('InSync', problem, 'InSync'),
    bad('Conflict', isConflict ? problem : undefined, 'NoConflict'),
    bad('OwnedElsewhere', isOwned ? problem : undefined, 'NotOwnedElsewhere'),
  ];
}

function hasConflict(keys: ReadonlyMap<string, KeyDecision>): boolean {
  return [...keys.values()].includes('conflict');
}

function concerning(
  problem: SyncProblem | undefined,
  condition: SyncProblem['concerns'],
): SyncProblem | undefined {
  return problem?.concerns === condition ? problem : undefined;
}

function good(type: string, problem: SyncProblem | undefined, reason: string): StatedCondition {
  return problem === undefined
    ? { type, status: 'True', reason, message: '' }
    : { type, status: 'False', reason: problem.reason, message: problem.message };
}

function bad(type: string, problem: SyncProblem | undefined, reason: string): StatedCondition {
  return problem === undefined
    ? { type, status: 'False', reason, message: '' }
    : { type, status: 'True', reason: problem.reason, message: problem.message };
}

function unknown(type: string, reason: string): StatedCondition {
  return { type, status: 'Unknown', reason, message: '' };
}
