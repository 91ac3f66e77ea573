import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditFilter } from '../../../src/audit/domain/audit-filter.js';
import { callContext, principal } from '../../unit/audit/audit-builders.js';
import {
  dialects,
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../postgres/test-storage.js';
import { type AuditFixture, auditOver, entry } from './audit-fixture.js';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-01-01T00:00:00Z');

describe.each(dialects)('a list of audit events in %s', (dialect) => {
  let storage: TestStorage;
  let place: TestDatabase;
  let audit: AuditFixture;

  beforeAll(async () => {
    storage = await startStorage(dialect);
    place = await storage.create();
    audit = auditOver(await place.open());
    await audit.ready();
    const bob = principal('bob', ['ops', 'on-call']);
    const denied = { outcome: 'denied', code: 403, plane: 'broker' } as const;
    const update = { action: 'secrets.update', keys: ['password'] } as const;
    const create = { ...update, action: 'secrets.create', version: 7 } as const;
    const write = { ctx: callContext({ auditId: 'write' }), receivedAtMs: START_MS + 3 * DAY_MS };
    const wishes = [
      { facts: { keys: ['password', 'user'] }, receivedAtMs: START_MS },
      { ctx: { principal: bob }, result: denied, receivedAtMs: START_MS + DAY_MS },
      { ctx: { sourceIp: '192.168.7.9' }, facts: { secret: 'db-admin' } },
      { ...write, facts: update, stage: 'intent' },
      { facts: { action: 'secrets.list', namespace: 'pay-test' } },
      { ...write, facts: create, stage: 'outcome', callIndex: 3 },
      { ctx: { auditId: 'open' }, facts: { action: 'secrets.delete' }, stage: 'intent' },
    ] as const;
    for (const wish of wishes) {
      await audit.writer.append(entry({ receivedAtMs: START_MS + 2 * DAY_MS, ...wish }));
    }
  });

  afterAll(async () => {
    await audit.close();
    await place.remove();
    await storage.stop();
  });

  const cases: readonly [AuditFilter, readonly string[]][] = [
    [{}, ['6', '4', '3', '2', '1', '0']],
    [{ namespace: 'pay' }, ['6', '3', '2', '1', '0']],
    [{ namespace: 'pay*' }, ['6', '4', '3', '2', '1', '0']],
    [{ namespace: 'pa' }, []],
    [{ secret: 'db' }, ['6', '4', '3', '1', '0']],
    [{ secret: 'db-*' }, ['2']],
    [{ key: 'password' }, ['3', '0']],
    [{ key: 'pass*' }, ['3', '0']],
    [{ key: 'word' }, []],
    [{ key: '*' }, ['3', '0']],
    [{ namespace: 'pay', secret: 'db' }, ['6', '3', '1', '0']],
    [{ user: 'bob' }, ['1']],
    [{ user: 'b*' }, ['1']],
    [{ group: 'on-call' }, ['1']],
    [{ group: 'on*' }, ['1']],
    [{ group: 'call' }, []],
    [{ credential: 'oidc:alice' }, ['6', '4', '3', '2', '0']],
    [{ action: ['secrets.create', 'secrets.list'] }, ['4', '3']],
    [{ action: ['secrets.update'] }, []],
    [{ action: ['secrets.*'] }, ['6', '4', '3', '2', '1', '0']],
    [{ action: [] }, []],
    [{ outcome: 'denied' }, ['1']],
    [{ outcome: 'allowed' }, ['4', '3', '2', '0']],
    [{ outcome: 'unknown' }, ['6']],
    [{ code: 403 }, ['1']],
    [{ source: 'gateway' }, ['6', '4', '3', '2', '1', '0']],
    [{ source: 'cluster' }, []],
    [{ sourceIp: '192.168.*' }, ['2']],
    [{ plane: 'broker' }, ['1']],
    [{ plane: 'none' }, ['6']],
    [{ mark: 'audit-id-reused' }, []],
    [{ sinceMs: START_MS + DAY_MS, untilMs: START_MS + 2 * DAY_MS }, ['1']],
    [{ untilMs: START_MS }, []],
    [{ namespace: 'pay', user: 'alice', outcome: 'allowed', key: 'user' }, ['0']],
    [{ user: "' OR 1=1 --" }, []],
  ];

  it.each(cases)('narrowed by %j holds exactly what matches', async (filter, ids) => {
    const page = await audit.service.list(filter);
    expect(page.items.map((event) => event.id)).toEqual(ids);
    expect(page.continue).toBeUndefined();
  });

  it('shows a write once: received as its intent, become what its outcome says', async () => {
    const [event] = (await audit.service.list({ action: ['secrets.create'] })).items;
    expect(event).toMatchObject({ id: '3', outcome: 'allowed', code: 200, version: 7 });
    expect(event?.auditId).toBe('write');
    expect(await audit.service.get('3')).toEqual(event);
    expect(await audit.service.get('5')).toBeUndefined();
    expect(await audit.service.get('x')).toBeUndefined();
  });

  it('refuses a cursor that it did not make, and a limit out of range', async () => {
    const badRequest = { code: 'BadRequest' };
    await expect(audit.service.list({}, { cursor: 'MTI' })).rejects.toMatchObject(badRequest);
    await expect(audit.service.list({}, { limit: 501 })).rejects.toMatchObject(badRequest);
    await expect(audit.service.list({}, { limit: 0 })).rejects.toMatchObject(badRequest);
  });

  it('comes in pages that hold each event once, whatever is written meanwhile', async () => {
    const folder = await storage.create();
    const other = auditOver(await folder.open());
    await other.ready();
    await Promise.all(Array.from({ length: 50 }, () => other.writer.append(entry())));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await other.service.list({}, { limit: 7, ...(cursor && { cursor }) });
      seen.push(...page.items.map((event) => event.id));
      cursor = page.continue;
      await other.writer.append(entry());
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => String(49 - i)));
    await other.close();
    await folder.remove();
  });
});
