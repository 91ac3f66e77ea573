import { describe, expect, it } from 'vitest';
import type { RotationRun } from '../../../../src/rotation/domain/rotation-run.js';
import { runRecord } from '../../../../src/rotation/engine/run-record.js';
import { callContext } from '../../audit/audit-builders.js';
import { aRun } from '../rotation-run.builder.js';

const ctx = callContext({ parentId: 'run' });
const trace = { plane: 'broker' as const, upstreamIds: ['kube-1'] };

function recordOf(after: Partial<RotationRun>, before: Partial<RotationRun> = {}) {
  return runRecord(aRun(after), aRun(before), { ctx, trace, keys: ['password'] });
}

const problem = { reason: 'TlsFailed', message: 'a sentence' } as const;

describe('the event of a change', () => {
  it('says which step of which run it was, and what the cluster was asked', () => {
    const record = recordOf({ step: 'retire', toVersion: 4 });
    expect(record).toMatchObject({
      facts: {
        action: 'rotations.run',
        namespace: 'pay',
        secret: 'app-db',
        keys: ['password'],
        version: 4,
        rotation: { runId: '0199-run', step: 'retire', state: 'running' },
      },
      result: { outcome: 'allowed', code: 200, plane: 'broker', upstreamIds: ['kube-1'] },
    });
    expect(record.facts.rotation).not.toHaveProperty('reason');
  });

  it('has an id of its own, and belongs to the run', () => {
    const [one, other] = [recordOf({}), recordOf({})];
    expect(one.ctx.auditId).not.toBe(other.ctx.auditId);
    expect(one.ctx.auditId).not.toBe(ctx.auditId);
    expect(one.ctx).toMatchObject({ parentId: 'run', principal: ctx.principal });
  });

  it('names no keys where none were touched, and no cluster that was not asked', () => {
    const record = runRecord(aRun(), aRun(), { ctx, trace: { plane: 'none', upstreamIds: [] } });
    expect(record.facts).not.toHaveProperty('keys');
    expect(record.facts).not.toHaveProperty('version');
    expect(record.result.plane).toBe('none');
  });

  it.each([
    ['failed', 'failed', 500],
    ['needsOperator', 'failed', 500],
    ['succeeded', 'allowed', 200],
    ['cancelled', 'allowed', 200],
    ['running', 'allowed', 200],
  ] as const)('that made a run %s is %s', (state, outcome, code) => {
    expect(recordOf({ state, problem }).result).toMatchObject({ outcome, code });
  });

  it('says by one word what is wrong, while it is tried again and at the end', () => {
    expect(recordOf({ problem }).facts.rotation).toMatchObject({ reason: 'TlsFailed' });
    expect(recordOf({ problem }).result).not.toHaveProperty('decisionReason');
    const ended = recordOf({ state: 'failed', problem });
    expect(ended.result).toMatchObject({ decisionReason: 'TlsFailed' });
  });

  it('is a cancellation where that is what it was', () => {
    expect(recordOf({ state: 'cancelled' }).facts.action).toBe('rotations.cancel');
  });
});

describe('others hear of a change', () => {
  it.each([
    ['succeeded', 'waiting', 'rotation.succeeded'],
    ['failed', 'running', 'rotation.failed'],
    ['needsOperator', 'running', 'rotation.failed'],
    ['waiting', 'running', 'rotation.waiting'],
    ['waiting', 'waiting', undefined],
    ['running', 'running', undefined],
    ['running', 'waiting', undefined],
    ['cancelled', 'running', undefined],
  ] as const)('to %s from %s as %s', (state, stateBefore, type) => {
    const { notification } = recordOf({ state }, { state: stateBefore });
    expect(notification?.type).toBe(type);
    if (notification !== undefined) expect(notification.run.state).toBe(state);
  });
});
