import { describe, expect, it, vi } from 'vitest';
import type { ChangeEntry, LogEntry } from '../../../src/audit/domain/log-entry.js';
import { AuditNotWritten } from '../../../src/audit/audit-not-written.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import type { KubernetesAuditEvent } from '../../../src/audit/domain/kubernetes-event.js';
import { CallOutcome } from '../../../src/calls/domain/call-trace.js';
import { SystemClock } from '../../../src/core/clock.js';
import { SallyportError, unavailable } from '../../../src/core/errors/sallyport-error.js';
import { callsOver } from './calls.builder.js';
import { callContext, DONE } from '../audit/audit-builders.js';

const facts = { action: 'secrets.update', namespace: 'pay', secret: 'db' } as const;
const forbidden = new SallyportError('Forbidden', 'no rule allows it');

/** Over a log that takes so many events and then no more. */
function runnerOver(takes = Infinity, refusal?: SallyportError) {
  const log: [stage: string, event: KubernetesAuditEvent][] = [];
  const append = ({ json, stage }: LogEntry) => {
    if (log.length >= takes) return Promise.reject(new AuditNotWritten('full'));
    log.push([stage, JSON.parse(json) as KubernetesAuditEvent]);
    return Promise.resolve(log.length - 1);
  };
  const nothing = () => Promise.reject(new Error('not used here'));
  // A guard holds where its key says so.
  const commit = async ({ change, ...entry }: ChangeEntry) => {
    if (change.key !== 'holds') return false;
    await append(entry);
    return true;
  };
  const writer = { append, commit };
  const reader = { list: nothing, get: nothing, counts: nothing, openIntents: nothing };
  const clock = new SystemClock();
  const audit = new AuditService(writer, reader, clock);
  return { log, calls: callsOver(audit, refusal) };
}

describe('while no call is carried out', () => {
  it.each(['read', 'write'] as const)('a %s has no effect, and is on record', async (kind) => {
    const refusal = unavailable('not now');
    const { calls, log } = runnerOver(Infinity, refusal);
    const effect = vi.fn(() => Promise.resolve('v'));
    await expect(calls[kind](callContext(), facts, effect)).rejects.toBe(refusal);
    expect(effect).not.toHaveBeenCalled();
    expect(log.map(([stage]) => stage)).toEqual(['single']);
    expect(log[0]?.[1].responseStatus?.code).toBe(503);
  });
});

describe('a read', () => {
  it('gives its value after its event is on disk', async () => {
    const { calls, log } = runnerOver();
    const value = await calls.read(callContext(), facts, (trace) => {
      expect(log).toHaveLength(0);
      trace.plane = 'broker';
      const outcome = new CallOutcome('v', { action: 'secrets.check', success: 'notModified' });
      return Promise.resolve(outcome);
    });
    expect(value).toBe('v');
    expect(log).toMatchObject([
      [
        'single',
        { responseStatus: { code: 304 }, annotations: { 'sallyport.dev/plane': 'broker' } },
      ],
    ]);
    expect(log[0]?.[1].annotations['sallyport.dev/action']).toBe('secrets.check');
  });

  it('names what was noted before it failed, and nothing of a success', async () => {
    const { calls, log } = runnerOver();
    const read = calls.read(callContext(), facts, (trace) => {
      trace.note({ action: 'secrets.check', keys: ['user'] });
      trace.decisionReason = 'a rule';
      return Promise.reject(unavailable('gone'));
    });
    await expect(read).rejects.toMatchObject({ code: 'Unavailable' });
    expect(log[0]?.[1].annotations).toMatchObject({
      'sallyport.dev/action': 'secrets.check',
      'sallyport.dev/keys': 'user',
    });
    expect(JSON.stringify(log)).not.toContain('a rule');
  });

  it('is recorded as denied where it was, and then throws what it threw', async () => {
    const { calls, log } = runnerOver();
    const read = calls.read(callContext(), facts, () => Promise.reject(forbidden));
    await expect(read).rejects.toBe(forbidden);
    expect(log[0]?.[1].annotations).toMatchObject({
      'sallyport.dev/outcome': 'denied',
      'authorization.k8s.io/reason': 'no rule allows it',
    });
  });

  it('is recorded without the words of an unknown error', async () => {
    const { calls, log } = runnerOver();
    const bug = new TypeError('hunter2 is not iterable');
    await expect(calls.read(callContext(), facts, () => Promise.reject(bug))).rejects.toBe(bug);
    expect(log[0]?.[1].responseStatus).toEqual({ code: 500, reason: 'Internal' });
    expect(JSON.stringify(log)).not.toContain('hunter2');
  });

  it.each([() => Promise.resolve('value'), () => Promise.reject(forbidden)])(
    'gives neither value nor error without a record (%#)',
    async (effect) => {
      const { calls } = runnerOver(0);
      await expect(calls.read(callContext(), facts, effect)).rejects.toMatchObject({
        code: 'Unavailable',
        message: 'the audit trail cannot be written',
        headers: { 'retry-after': '1' },
      });
    },
  );
});

describe('a call with another event of its own', () => {
  const outcomeWith = (recording: Promise<void>) =>
    Promise.resolve(new CallOutcome('v', { recording }));

  it.each(['read', 'write'] as const)('releases a %s after both are on disk', async (kind) => {
    const { calls } = runnerOver();
    const { promise, resolve } = Promise.withResolvers<void>();
    let isReleased = false;
    const call = calls[kind](callContext(), facts, () => outcomeWith(promise));
    const released = call.then(() => (isReleased = true));
    await new Promise((next) => setImmediate(next));
    expect(isReleased).toBe(false);
    resolve();
    expect(await released).toBe(true);
  });

  it('releases nothing if the other event cannot be recorded', async () => {
    const { calls } = runnerOver();
    const lost = () => outcomeWith(Promise.reject(unavailable('the trail cannot be written')));
    const failed = { code: 'Unavailable' };
    await expect(calls.read(callContext(), facts, lost)).rejects.toMatchObject(failed);
    const unknownOutcome = { code: 'OutcomeUnknown' };
    await expect(calls.write(callContext(), facts, lost)).rejects.toMatchObject(unknownOutcome);
  });
});

describe('a write', () => {
  it('runs between its intent and its outcome', async () => {
    const { calls, log } = runnerOver();
    const ctx = callContext({ signal: AbortSignal.abort() });
    await calls.write(ctx, facts, () => {
      expect(log.map(([stage]) => stage)).toEqual(['intent']);
      return Promise.resolve();
    });
    expect(log.map(([stage]) => stage)).toEqual(['intent', 'outcome']);
    expect(log.map(([, event]) => event.auditID)).toEqual([ctx.auditId, ctx.auditId]);
  });

  it('never runs without an intent', async () => {
    const { calls } = runnerOver(0);
    let ran = false;
    const write = calls.write(callContext(), facts, () => Promise.resolve((ran = true)));
    await expect(write).rejects.toMatchObject({ code: 'Unavailable' });
    expect(ran).toBe(false);
  });

  const unknown = new SallyportError('OutcomeUnknown', 'who knows');
  it.each([
    ['OutcomeUnknown', 'it succeeded', () => Promise.resolve()],
    ['OutcomeUnknown', 'its outcome is unknown', () => Promise.reject(unknown)],
    ['OutcomeUnknown', 'it broke', () => Promise.reject(new Error('bug'))],
    ['Unavailable', 'it failed for certain', () => Promise.reject(forbidden)],
  ])('without a recorded outcome is %s where %s', async (code, _, effect) => {
    const { calls } = runnerOver(1);
    await expect(calls.write(callContext(), facts, effect)).rejects.toMatchObject({ code });
  });

  it('whose outcome nobody knows is recorded as such', async () => {
    const { calls, log } = runnerOver();
    const write = calls.write(callContext(), facts, () => Promise.reject(unknown));
    await expect(write).rejects.toBe(unknown);
    expect(log[1]?.[1].annotations['sallyport.dev/outcome']).toBe('unknown');
  });
});

describe('a change of the database of the gateway', () => {
  const changeOf = (key: string) => ({ key, guard: { sql: '', parameters: [] }, rest: [] });
  const record = () => ({ ctx: callContext(), facts, result: DONE });

  it('is one transaction with one event', async () => {
    const { calls, log } = runnerOver();
    expect(await calls.change(record(), changeOf('holds'))).toBe(true);
    expect(log).toMatchObject([['single', { responseStatus: { code: 200 } }]]);
  });

  it('has no event if its guard does not hold', async () => {
    const { calls, log } = runnerOver();
    expect(await calls.change(record(), changeOf('is lost'))).toBe(false);
    expect(log).toEqual([]);
  });

  it('is Unavailable if its event cannot be recorded', async () => {
    const { calls } = runnerOver(0);
    const changed = calls.change(record(), changeOf('holds'));
    await expect(changed).rejects.toMatchObject({ code: 'Unavailable' });
  });
});
