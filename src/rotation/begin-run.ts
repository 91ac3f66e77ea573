import { randomUUID } from 'node:crypto';
import { invalidAt, SallyportError } from '../core/errors/sallyport-error.js';
import { successStatus } from '../core/success-status.js';
import type { RotationRun } from './domain/rotation-run.js';
import type { ChangeRecord } from './domain/rotation.store.js';
import { requirePolicy, type RotationCall } from './rotation-call.js';
import type { RotationDependencies } from './rotation.dependencies.js';

export interface RunRequest {
  readonly id: string;
  readonly requestedBy: string;
  readonly reason: string | null;
  /** Replaces the policy's duration. */
  readonly retireAfterMs: number | undefined;
}

/** Begins a run. Throws NotFound, Invalid, and Conflict with `runId` while another is active. */
export async function beginRun(
  parts: RotationDependencies,
  call: RotationCall,
  { id, requestedBy, reason, retireAfterMs }: RunRequest,
): Promise<void> {
  const { store, clock, engine } = parts;
  const { namespace, name } = call.ref;
  const known = await requirePolicy(parts, call);
  if (known.spec === undefined) throw invalidAt('/rotation', known.problem ?? 'breaks a rule');
  const run = {
    ...{ id, namespace, name, requestedBy, reason },
    namespaceUid: known.namespaceUid,
    trigger: 'manual' as const,
    policyUid: known.policy.uid,
    retireAfterMs: retireAfterMs ?? known.spec.retireAfterMs,
    startedMs: clock.nowMs(),
  };
  const facts = { action: 'rotations.run', namespace, secret: name } as const;
  const begun = { id, step: 'create', state: 'running' } as const;
  const { runningId } = await store.begin(run, changeRecord(call, facts, begun, reason));
  if (runningId !== undefined && runningId !== id) {
    throw new SallyportError('Conflict', 'a rotation of the Secret is under way', {
      status: 409,
      members: { runId: runningId },
    });
  }
  engine.nudge();
}

/** Returns the record to commit with a change; its own id is nested in the request's id. */
export function changeRecord(
  { ctx }: RotationCall,
  facts: ChangeRecord['facts'],
  { id, step, state }: Pick<RotationRun, 'id' | 'step' | 'state'>,
  reason: string | null = null,
): ChangeRecord {
  const ids = { auditId: randomUUID(), parentId: ctx.auditId };
  return {
    ctx: { ...ctx, ...ids, ...(reason !== null && { changeReason: reason }) },
    facts: { ...facts, rotation: { runId: id, step, state } },
    result: { outcome: 'allowed', code: successStatus.accepted, plane: 'none', upstreamIds: [] },
  };
}
