import type { CallContext } from '../../core/call-context.js';
import type { StoreTrace } from '../../secrets/domain/secret.store.js';
import type { RotationRun } from '../domain/rotation-run.js';
import type { ChangeRecord, RotationNotification } from '../domain/rotation.store.js';

export interface Recorded {
  readonly ctx: CallContext;
  readonly trace: StoreTrace;
  readonly keys?: readonly string[];
}

/** Returns the event and the notification of a run's change. `run`: its state after the change. */
export function runRecord(
  run: RotationRun,
  before: RotationRun,
  { ctx, trace, keys }: Recorded,
): ChangeRecord {
  const { namespace, name: secret, id: runId, step, state, problem, toVersion } = run;
  const hasFailed = state === 'failed' || state === 'needsOperator';
  const auditId = crypto.randomUUID();
  const reason = problem === null ? {} : { reason: problem.reason };
  return {
    ctx: { ...ctx, auditId, requestId: auditId },
    facts: {
      action: state === 'cancelled' ? 'rotations.cancel' : 'rotations.run',
      namespace,
      secret,
      ...(keys !== undefined && { keys }),
      ...(toVersion !== null && { version: toVersion }),
      rotation: { runId, step, state, ...reason },
    },
    result: {
      outcome: hasFailed ? 'failed' : 'allowed',
      code: hasFailed ? 500 : 200,
      plane: trace.plane === 'none' ? 'none' : 'broker',
      upstreamIds: trace.upstreamIds,
      ...(problem !== null && hasFailed && { decisionReason: problem.reason }),
    },
    ...notificationOf(run, before),
  };
}

function notificationOf(
  run: RotationRun,
  before: RotationRun,
): { readonly notification?: RotationNotification } {
  const { state } = run;
  if (state === 'succeeded') return { notification: { type: 'rotation.succeeded', run } };
  if (state === 'failed' || state === 'needsOperator') {
    return { notification: { type: 'rotation.failed', run } };
  }
  // Once, however often a check for remaining waits runs.
  const beginsToWait = state === 'waiting' && before.state !== 'waiting';
  return beginsToWait ? { notification: { type: 'rotation.waiting', run } } : {};
}
