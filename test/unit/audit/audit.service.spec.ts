import { describe, expect, it } from 'vitest';
import type { ChangeEntry, LogEntry } from '../../../src/audit/domain/log-entry.js';
import { AuditNotWritten } from '../../../src/audit/audit-not-written.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import type { KubernetesAuditEvent } from '../../../src/audit/domain/kubernetes-event.js';
import { SystemClock } from '../../../src/core/clock.js';
import { callContext } from './audit-builders.js';

const facts = { action: 'secrets.update', namespace: 'pay', secret: 'db' } as const;

/** A service whose log takes so many events and then no more. */
function serviceOver(takes = Infinity) {
  const log: [stage: string, event: KubernetesAuditEvent][] = [];
  const append = ({ json, stage }: LogEntry) => {
    if (log.length >= takes) return Promise.reject(new AuditNotWritten('full'));
    log.push([stage, JSON.parse(json) as KubernetesAuditEvent]);
    return Promise.resolve(log.length - 1);
  };
  const commit = async ({ change, ...entry }: ChangeEntry) => {
    if (change.guard.sql === 'does not hold') return false;
    await append(entry);
    return true;
  };
  const writer = { append, commit };
  const nothing = () => Promise.reject(new Error('not read here'));
  const reader = { list: nothing, get: nothing, counts: nothing, openIntents: nothing };
  const clock = new SystemClock();
  return { log, audit: new AuditService(writer, reader, clock) };
}

const done = { outcome: 'allowed', code: 200, plane: 'none', upstreamIds: [] } as const;

describe('an intent', () => {
  it('is concluded under its own index, with the facts of the end', async () => {
    const { audit, log } = serviceOver();
    const ctx = callContext();
    const intent = await audit.begin(ctx, facts);
    await intent.conclude({ ...facts, version: 3 }, done);
    expect(log.map(([stage, { auditID }]) => [stage, auditID])).toEqual([
      ['intent', ctx.auditId],
      ['outcome', ctx.auditId],
    ]);
    expect(log[1]?.[1].annotations['sallyport.dev/version']).toBe('3');
  });

  it('is Unavailable if it is not on disk', async () => {
    const { audit } = serviceOver(0);
    await expect(audit.begin(callContext(), facts)).rejects.toMatchObject({ code: 'Unavailable' });
  });
});

describe('a change with its event', () => {
  const changeBy = (sql: string) => ({ key: 'k', guard: { sql, parameters: [] }, rest: [] });

  it('is recorded once where its guard holds', async () => {
    const { audit, log } = serviceOver();
    const ctx = callContext();
    expect(await audit.commit(ctx, facts, done, changeBy('holds'))).toBe(true);
    expect(log.map(([stage, { auditID }]) => [stage, auditID])).toEqual([['single', ctx.auditId]]);
    expect(audit.hasRecorded(ctx)).toBe(true);
  });

  it('leaves the call to be recorded where its guard does not hold', async () => {
    const { audit, log } = serviceOver();
    const ctx = callContext();
    expect(await audit.commit(ctx, facts, done, changeBy('does not hold'))).toBe(false);
    expect(log).toEqual([]);
    expect(audit.hasRecorded(ctx)).toBe(false);
  });

  it('is Unavailable where nobody knows of it, and is not recorded afterwards', async () => {
    const { audit } = serviceOver(0);
    const ctx = callContext();
    const commit = audit.commit(ctx, facts, done, changeBy('holds'));
    await expect(commit).rejects.toMatchObject({ code: 'Unavailable' });
    expect(audit.hasRecorded(ctx)).toBe(true);
  });
});
