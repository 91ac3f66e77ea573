import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClusterReports } from '../../../src/audit/ingest/cluster-reports.js';
import { unavailable } from '../../../src/core/errors/sallyport-error.js';
import { limits } from '../../../src/core/limits.js';
import {
  dialects,
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../postgres/test-storage.js';
import type { EntryPlace } from '../../../src/audit/domain/entry-place.js';
import { annotation } from '../../../src/audit/domain/kubernetes-event.js';
import { announcementOf } from '../../../src/core/announced-id.js';
import {
  accountUser,
  brokerUser,
  gateway,
  ownEvent,
  report,
} from '../../unit/audit/ingest/report-builders.js';
import { scaled } from '../../support/scale.js';
import { type AuditFixture, auditOver } from './audit-fixture.js';
import { storedEntries } from '../../support/stored-entries.js';
import { turnsDuring } from '../../support/turns-during.js';

const direct = { user: accountUser('system:serviceaccount:pay:app'), impersonatedUser: undefined };
const noneOfIt = { stored: 0, joined: 0, known: 0 };

describe.each(dialects)('reports of the cluster in %s', (dialect) => {
  let storage: TestStorage;
  let place: TestDatabase;
  let audit: AuditFixture;
  let reports: ClusterReports;

  beforeAll(async () => {
    storage = await startStorage(dialect);
  });
  afterAll(() => storage.stop());

  beforeEach(async () => {
    place = await storage.create();
    audit = auditOver(await place.open());
    await audit.ready();
    reports = over(audit.writer);
  });
  afterEach(async () => {
    await audit.close();
    await place.remove();
  });

  const over = (
    writer: Pick<AuditFixture['writer'], 'append' | 'check'>,
    requireSpace: () => void = () => undefined,
  ) =>
    new ClusterReports({
      searches: audit.searches,
      writer,
      intake: { requireSpace },
      gateway: () => Promise.resolve(gateway),
    });
  const own = (...wish: Parameters<typeof ownEvent>) =>
    audit.writer.append({ json: JSON.stringify(ownEvent(...wish)), stage: 'single' });
  const entries = () => storedEntries(audit.database);
  const bulk = (count: number, wish: object = {}) =>
    Array.from({ length: count }, (_, index) =>
      report({ ...direct, auditID: `id-${index}`, ...wish }),
    );

  it('join the calls that they tell of, and are listed no more than these', async () => {
    await own();
    expect(await reports.take([report()])).toEqual({ ...noneOfIt, joined: 1 });
    expect(await entries()).toMatchObject([
      { stage: 'single', source: 'gateway', call_index: 0 },
      { stage: 'joined', source: 'cluster', call_index: 0, audit_id: 'upstream-1' },
    ]);
  });

  it('are stored as far as the disk has room, and the rest when they come again', async () => {
    let rounds = 2;
    const short = over(audit.writer, () => {
      rounds -= 1;
      if (rounds < 0) throw unavailable('the disk runs short');
    });
    const many = bulk(3 * limits.auditReportsInTurnMax);
    let stored = 0;
    const taken = short.take(many, (bytes) => void (stored += bytes));
    await expect(taken).rejects.toMatchObject({ code: 'Unavailable' });
    const found = await entries();
    expect(found).toHaveLength(2 * limits.auditReportsInTurnMax);
    expect(stored).toBe(found.reduce((sum, { event }) => sum + event.length, 0));
    rounds = Infinity;
    const rest = { stored: limits.auditReportsInTurnMax, known: found.length };
    expect(await short.take(many)).toEqual({ ...noneOfIt, ...rest });
  });

  describe('of calls that were announced', () => {
    const id = '7a1c5f1e-9d0c-4c1f-8f4e-0d6a5b1f0c2d';
    const facts = {
      [annotation.action]: 'secrets.watch',
      [annotation.plane]: 'broker',
      [annotation.upstreamIds]: ['other', id].map(announcementOf).join(','),
    };
    const objectRef = { resource: 'secrets', namespace: 'pay', apiVersion: 'v1' };
    const watch = { objectRef, verb: 'watch', impersonatedUser: accountUser(brokerUser) };
    const announce = () => own({ name: '', user: accountUser(brokerUser), facts });
    const marks = async () => (await entries()).at(-1)?.marks;

    it('join their announcement, with each stage and once', async () => {
      await announce();
      const stages = ['ResponseStarted', 'ResponseComplete'];
      const batch = stages.map((stage) => report({ ...watch, auditID: id, stage }));
      expect(await reports.take(batch)).toEqual({ ...noneOfIt, joined: 2 });
      expect(await reports.take(batch)).toEqual({ ...noneOfIt, known: 2 });
      const again = { ...watch, auditID: id, requestReceivedTimestamp: '2026-11-25T17:38:00.1Z' };
      expect(await reports.take([report({ ...again, stage: 'Panic' })])).toMatchObject({
        stored: 1,
      });
      expect(await marks()).toContain('audit-id-reused');
    });

    it('are calls of somebody else, where the announcement is their id', async () => {
      await announce();
      const one = report({ ...watch, auditID: announcementOf(id) });
      expect(await reports.take([one])).toEqual({ ...noneOfIt, stored: 1 });
      expect(await marks()).toBe('\nbypassed\ngateway-account\nimpersonated\n');
    });

    it('are calls of somebody else too late, whose id is known all the same', async () => {
      await announce();
      const requestReceivedTimestamp = '2026-11-25T17:55:00.000000Z';
      const one = report({ ...watch, auditID: id, requestReceivedTimestamp });
      expect(await reports.take([one])).toEqual({ ...noneOfIt, stored: 1 });
      expect(await marks()).toBe('\nbypassed\naudit-id-reused\ngateway-account\nimpersonated\n');
    });

    it('are calls of somebody else, with an id that an older version announced as it was', async () => {
      await own({
        ...{ name: '', user: accountUser(brokerUser) },
        facts: { ...facts, [annotation.upstreamIds]: id },
      });
      const requestReceivedTimestamp = '2026-11-25T17:40:00.000000Z';
      const one = report({ ...watch, auditID: id, requestReceivedTimestamp });
      expect(await reports.take([one])).toEqual({ ...noneOfIt, stored: 1 });
      expect(await marks()).toContain('gateway-account');
    });
  });

  it('wait for an event of ours that is on its way', async () => {
    const taken = reports.take([report(), report({ ...direct, auditID: 'other' })]);
    await expect.poll(entries).toMatchObject([{ stage: 'single', audit_id: 'other' }]);
    await own();
    expect(await taken).toEqual({ ...noneOfIt, stored: 1, joined: 1 });
    expect((await entries()).at(-1)).toMatchObject({ stage: 'joined', call_index: 1 });
  });

  it('do not wait for ever', async () => {
    const startedAtMs = performance.now();
    expect(await reports.take([report()])).toEqual({ ...noneOfIt, stored: 1 });
    const tookMs = performance.now() - startedAtMs;
    expect(tookMs).toBeGreaterThan(limits.auditReportHeldMsMax - 100);
    expect(await entries()).toMatchObject([
      { stage: 'single', marks: '\nbypassed\ngateway-account\nimpersonated\n' },
    ]);
  });

  it('are stored once, though a batch is sent twice at the same time', async () => {
    const batch = bulk(300);
    const both = await Promise.all([reports.take(batch), reports.take(batch)]);
    expect(both).toEqual([
      { ...noneOfIt, stored: 300 },
      { ...noneOfIt, known: 300 },
    ]);
    expect(await entries()).toHaveLength(300);
  });

  it('are stored once, also where the log broke off in the middle of a batch', async () => {
    const batch = bulk(600);
    let left = 400;
    const breaking = over({
      append: async (entry) => {
        left -= 1;
        if (left < 0) throw new Error('no space left on device');
        return audit.writer.append(entry);
      },
      check: () => audit.writer.check(),
    });
    await expect(breaking.take(batch)).rejects.toMatchObject({ code: 'Unavailable' });
    const { stored, known } = await reports.take(batch);
    expect([stored + known, known >= 256]).toEqual([600, true]);
    expect(new Set((await entries()).map(({ audit_id }) => audit_id)).size).toBe(600);
    expect(await entries()).toHaveLength(600);
  });

  it('are stored once, also where the log took them after it was given up', async () => {
    const batch = bulk(5);
    const late: (() => Promise<EntryPlace>)[] = [];
    const slow = over({
      append: (entry) => {
        if (late.length >= batch.length) return audit.writer.append(entry);
        late.push(() => audit.writer.append(entry));
        return Promise.reject(new Error('the audit log did not answer in time'));
      },
      check: async () => {
        await Promise.all(late.map((append) => append()));
        await audit.writer.check();
      },
    });
    await expect(slow.take(batch)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(await slow.take(batch)).toEqual({ ...noneOfIt, known: 5 });
    expect(await entries()).toHaveLength(5);
  });

  it('put the end of a request to its beginning, also within one batch', async () => {
    const watch = { ...direct, auditID: 'w', verb: 'watch' };
    const begun = report({ ...watch, stage: 'ResponseStarted' });
    expect(await reports.take([begun, report(watch)])).toEqual({ stored: 1, joined: 1, known: 0 });
    expect(await entries()).toMatchObject([
      { stage: 'single', call_index: 0 },
      { stage: 'joined', call_index: 0 },
    ]);
  });

  it('are all stored under one id, which is looked up no slower for it', async () => {
    const times = Array.from({ length: 1_000 }, (_, index) => String(index).padStart(6, '0'));
    const batch = times.map((time) =>
      report({ ...direct, requestReceivedTimestamp: `2026-11-25T17:37:48.${time}Z` }),
    );
    expect(await reports.take(batch)).toEqual({ ...noneOfIt, stored: 1_000 });
    expect(await reports.take(batch)).toEqual({ ...noneOfIt, known: 1_000 });
  });

  it('are looked up no slower for 20,000 others that have been joined under the same id', async () => {
    const many = scaled(20_000, 2_000);
    const atMs = (index: number) => Date.parse('2026-11-25T10:00:00Z') + index;
    const timeOf = (index: number) => new Date(atMs(index)).toISOString().replace('Z', '000Z');
    const watch = (index: number, stage: string, auditID = 'w') =>
      report({
        ...{ ...direct, auditID, verb: 'watch', stage },
        requestReceivedTimestamp: timeOf(index),
      });
    for (let at = 0; at < many; at += 5_000) {
      const batch = Array.from({ length: Math.min(5_000, many - at) }, (_, index) => [
        watch(at + index, 'ResponseStarted'),
        watch(at + index, 'ResponseComplete'),
      ]).flat();
      expect(await reports.take(batch)).toMatchObject({ known: 0 });
    }
    const shortestMs = async (auditID: string) => {
      const tookMs: number[] = [];
      for (let round = 0; round < 10; round += 1) {
        const startedAtMs = performance.now();
        await reports.take([watch(many + round, 'ResponseStarted', auditID)]);
        tookMs.push(performance.now() - startedAtMs);
      }
      return Math.min(...tookMs);
    };
    // Against the same of an id of few, in the same minute: machines are not alike.
    expect(await shortestMs('w')).toBeLessThan(5 * (await shortestMs('other')) + 5);
    expect(await reports.take([watch(1, 'ResponseComplete')])).toEqual({ ...noneOfIt, known: 1 });
  });

  it('let others take their turn, however many there are', async () => {
    const batch = bulk(scaled(10_000, 1_000));
    const turns = await turnsDuring(() => reports.take(batch));
    expect(turns).toBeGreaterThan(batch.length / 100);
  });

  it('are found by the time at which they come where their own cannot be', async () => {
    const ahead = { ...direct, requestReceivedTimestamp: '2999-01-01T00:00:00.000000Z' };
    const before = { ...direct, requestReceivedTimestamp: '1969-12-31T23:59:59.000000Z' };
    const batch = [report({ ...ahead, auditID: 'a' }), report({ ...before, auditID: 'b' })];
    const startedAtMs = Date.now();
    expect(await reports.take(batch)).toEqual({ ...noneOfIt, stored: 2 });
    expect(await reports.take(batch)).toEqual({ ...noneOfIt, known: 2 });
    const page = await audit.service.list({ sinceMs: startedAtMs, mark: 'time-implausible' });
    expect(page.items.map(({ time }) => time)).toEqual([
      '1969-12-31T23:59:59.000000Z',
      '2999-01-01T00:00:00.000000Z',
    ]);
    const counts = await audit.service.counts({}, 'day', 10);
    expect(counts).toMatchObject({ items: [{ count: 2 }] });
  });

  it('are taken with ids and names that no database likes', async () => {
    const nasty = '\0\n%_\'"\\\u{ffff}🔑';
    const objectRef = { resource: 'secrets', namespace: nasty, name: nasty, apiVersion: 'v1' };
    const batch = [report({ ...direct, auditID: nasty, objectRef, user: { username: nasty } })];
    expect(await reports.take(batch)).toEqual({ ...noneOfIt, stored: 1 });
    expect(await reports.take(batch)).toEqual({ ...noneOfIt, known: 1 });
  });

  it('are refused where too many batches come at once', async () => {
    const held = Array.from({ length: limits.auditReportsAtOnceMax }, () =>
      reports.take([report()]),
    );
    const settled = Promise.all(held);
    await expect(reports.take([])).rejects.toMatchObject({ code: 'Unavailable' });
    await own();
    const tallies = await settled;
    expect(tallies.reduce((sum, { joined }) => sum + joined, 0)).toBe(1);
    expect(await reports.take([])).toEqual(noneOfIt);
  });
});
