import type { Page } from '../../core/page.js';
import { pageInfoOf } from '../../platform/graphql/page.objects.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import type { PolicyView } from '../domain/policy-view.js';
import type { RunView } from '../domain/run-view.js';
import type { RotationRun, RotationRunConnection, SecretRotation } from './rotation.objects.js';

/** Rotation with its owner: its fields are resolved by the owner. */
export interface RotationSource extends SecretRotation {
  readonly ref: SecretRef;
}

export function presentRotation(ref: SecretRef, view: PolicyView): RotationSource {
  const { target, strategy, schedule, isSuspended, readOnly } = view;
  const { nextRunAt, lastRun } = readOnly;
  return {
    ref,
    target,
    strategy,
    schedule,
    suspended: isSuspended,
    nextRunAt,
    lastRun: lastRun === null ? null : presentRun(lastRun),
  };
}

export function presentRun(run: RunView): RotationRun {
  const { id, state, step, startedAt, fromVersion, toVersion, error } = run;
  return {
    id,
    state,
    step,
    startedAt,
    fromVersion,
    toVersion,
    waitingFor: run.waitingFor ?? null,
    error: error === undefined ? null : `${error.reason}: ${error.message}`,
    endedAt: run.endedAt ?? null,
  };
}

export function presentRuns({ items, ...page }: Page<RunView>): RotationRunConnection {
  return { nodes: items.map(presentRun), pageInfo: pageInfoOf(page.continue, undefined) };
}
