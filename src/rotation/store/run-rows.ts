import type { Selectable, Updateable } from 'kysely';
import type { RotationRunTable } from '../../platform/storage/rotation-schema.js';
import { type RotationRun, type RunChange, hasEnded } from '../domain/rotation-run.js';
import type { NewRun } from '../domain/rotation.store.js';
import { storable, wholeNumber } from '../../platform/storage/storable.js';

export type RunRow = Selectable<RotationRunTable>;
export type RunColumns = Omit<RunRow, 'holder' | 'lease_until_ms' | 'mac' | 'wish_mac'>;

export function runOf(row: RunColumns): RotationRun {
  return {
    id: row.id,
    namespaceUid: row.namespace_uid,
    namespace: row.namespace,
    name: row.name,
    policyUid: row.policy_uid,
    trigger: row.trigger,
    requestedBy: row.requested_by,
    reason: row.reason,
    state: row.state,
    step: row.step,
    epoch: row.epoch,
    attempts: row.attempts,
    dueMs: row.due_ms,
    retireAfterMs: row.retire_after_ms,
    retireAtMs: row.retire_at_ms,
    waitUntilMs: row.wait_until_ms,
    fromVersion: row.from_version,
    toVersion: row.to_version,
    username: row.username,
    formerUsername: row.former_username,
    waitingFor: row.waiting_for,
    // Our own JSON, made from this type.
    problem: row.problem === null ? null : (JSON.parse(row.problem) as RotationRun['problem']),
    wish: row.wish,
    startedMs: row.started_ms,
    stepStartedMs: row.step_started_ms,
    endedMs: row.ended_ms,
  };
}

/** Returns the columns of a run except its lease. Throws RangeError for an invalid number. */
export function columnsOf(run: RotationRun): RunColumns {
  return {
    id: storable(run.id),
    namespace_uid: storable(run.namespaceUid),
    namespace: storable(run.namespace),
    name: storable(run.name),
    policy_uid: storable(run.policyUid),
    trigger: run.trigger,
    requested_by: text(run.requestedBy),
    reason: text(run.reason),
    epoch: wholeNumber(run.epoch),
    retire_after_ms: wholeNumber(run.retireAfterMs),
    wish: run.wish,
    started_ms: wholeNumber(run.startedMs),
    state: run.state,
    step: run.step,
    attempts: wholeNumber(run.attempts),
    due_ms: wholeNumber(run.dueMs),
    retire_at_ms: number(run.retireAtMs),
    wait_until_ms: number(run.waitUntilMs),
    from_version: number(run.fromVersion),
    to_version: number(run.toVersion),
    username: text(run.username),
    former_username: text(run.formerUsername),
    waiting_for: text(run.waitingFor),
    problem: text(run.problem && JSON.stringify(run.problem)),
    step_started_ms: wholeNumber(run.stepStartedMs),
    ended_ms: number(run.endedMs),
  };
}

/** Returns a run at its beginning: due immediately, without a holder. */
export function begunRun(run: NewRun): RotationRun {
  const nothing = {
    retireAtMs: null,
    waitUntilMs: null,
    fromVersion: null,
    toVersion: null,
    username: null,
    formerUsername: null,
    waitingFor: null,
    problem: null,
    wish: null,
    endedMs: null,
  } as const;
  const begun = { state: 'running', step: 'create', epoch: 0, attempts: 0 } as const;
  const times = { dueMs: run.startedMs, stepStartedMs: run.startedMs };
  return { ...run, ...nothing, ...begun, ...times };
}

const COLUMNS = {
  state: 'state',
  step: 'step',
  attempts: 'attempts',
  retireAtMs: 'retire_at_ms',
  waitUntilMs: 'wait_until_ms',
  fromVersion: 'from_version',
  toVersion: 'to_version',
  username: 'username',
  formerUsername: 'former_username',
  waitingFor: 'waiting_for',
  problem: 'problem',
  stepStartedMs: 'step_started_ms',
} as const satisfies Record<Exclude<keyof RunChange, 'dueMs' | 'endedMs'>, keyof RunColumns>;

/**
 * Returns the columns that a change sets, except the due time. Only an ended run has an end time;
 * its lease is released.
 */
export function changedColumns(
  run: RotationRun,
  change: RunChange,
  nowMs: number,
): Updateable<RotationRunTable> {
  const named = definedOf(change);
  const after = endedRun(run, change, nowMs);
  const columns = columnsOf(after);
  const changed = (Object.keys(COLUMNS) as (keyof typeof COLUMNS)[])
    .filter((member) => member in named)
    .map((member) => [COLUMNS[member], columns[COLUMNS[member]]] as const);
  const end = hasEnded(after)
    ? { ended_ms: columns.ended_ms, holder: null, lease_until_ms: 0 }
    : {};
  return { ...Object.fromEntries(changed), ...end };
}

/** Returns the run after a change, as in its row: only an ended run has an end time. */
export function endedRun(run: RotationRun, change: RunChange, nowMs: number): RotationRun {
  const after = changedRun(run, change);
  return { ...after, endedMs: hasEnded(after) ? (change.endedMs ?? nowMs) : run.endedMs };
}

/** Returns the run after a change; undefined members change nothing. */
export function changedRun(run: RotationRun, change: RunChange): RotationRun {
  return { ...run, ...definedOf(change) };
}

function definedOf(change: RunChange): RunChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function text(value: string | null): string | null {
  return value === null ? null : storable(value);
}

function number(value: number | null): number | null {
  return value === null ? null : wholeNumber(value);
}
