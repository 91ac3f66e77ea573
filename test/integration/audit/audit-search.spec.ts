import { AlteredEntries } from '../../../src/audit/altered-entries.js';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditReader } from '../../../src/audit/audit-reader.js';
import { openSearches, type Searches } from '../../../src/audit/search-index/open-searches.js';
import { type AuditDimension, auditDimensions } from '../../../src/audit/domain/audit-dimension.js';
import type { AuditFilter } from '../../../src/audit/domain/audit-filter.js';
import type { Database } from '../../../src/platform/storage/database.js';
import type { SearchReads } from '../../../src/platform/storage/reads.js';
import {
  dialects,
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../postgres/test-storage.js';
import { scaled } from '../../support/scale.js';
import { type Call, fillLog, generateLog, matches, startMs, stepMs } from './generated-log.js';
import { untilSearchable } from '../../support/until-searchable.js';

const SIZE = 3_000;
const onAlarm = (message: string): never => {
  throw new Error(message);
};
const at = (index: number) => startMs + index * stepMs;
const { rows, calls } = generateLog(SIZE);

const filters: readonly AuditFilter[] = [
  {},
  { auditId: 'call-1500' },
  { auditId: 'chosen' },
  { auditId: 'chosen', source: 'gateway' },
  { auditId: 'call-*' },
  { namespace: 'pay' },
  { namespace: 'pay*' },
  { namespace: '*' },
  { secret: 'tls' },
  { namespace: 'shop', secret: 'tls' },
  { namespace: 'sho*', secret: 'tl*' },
  { key: 'pin' },
  { key: 'later' },
  { key: 'pass*' },
  { user: 'bob' },
  { user: 'ann*' },
  { user: 'job-*' },
  { user: 'job-77' },
  { user: 'nobody' },
  { user: 'nobody*' },
  { group: 'ops' },
  { group: 'dev*' },
  { credential: 'oidc:job-1*' },
  { action: ['secrets.update'] },
  { action: ['secrets.get', 'secrets.up*'] },
  { outcome: 'allowed' },
  { outcome: 'denied' },
  { outcome: 'unknown' },
  { code: 403 },
  { plane: 'broker' },
  { source: 'gateway' },
  { source: 'cluster' },
  { sourceIp: '10.0.1.*' },
  { mark: 'dry-run' },
  { mark: '*' },
  { sinceMs: at(2_900) },
  { untilMs: at(500) },
  { sinceMs: at(1_000), untilMs: at(1_200) },
  { sinceMs: at(SIZE) },
];

describe.each(dialects)('a search in %s', (dialect) => {
  let storage: TestStorage;
  let place: TestDatabase;
  let database: Database;
  let searches: Searches;
  let reads: SearchReads;
  let reader: AuditReader;

  beforeAll(async () => {
    storage = await startStorage(dialect);
    place = await storage.create();
    database = await place.open();
    await fillLog(database, rows);
    searches = openSearches(database, { onAlarm });
    reads = searches.reads();
    await untilSearchable(reads);
    reader = new AuditReader(reads, new AlteredEntries(onAlarm));
  });

  afterAll(async () => {
    await searches.close();
    await database.close();
    await place.remove();
    await storage.stop();
  });

  it.each(filters)('for %j finds every call that matches, and no other', async (filter) => {
    await expectFound(filter);
  });

  it('for any two of these things at once does the same', async () => {
    const pairs = filters.flatMap((first, index) =>
      filters.slice(index + 1).map((second) => ({ ...first, ...second })),
    );
    const every = Math.floor(pairs.length / scaled(pairs.length, 100));
    for (const [index, filter] of pairs.entries()) {
      if (index % every === 0) await expectFound(filter);
    }
  });

  it('finds the same in pages of any size', async () => {
    for (const filter of [
      {},
      { user: 'job-*' },
      { key: 'pin', outcome: 'denied' },
      { sinceMs: at(700), untilMs: at(1_000) },
    ] as const) {
      const wanted = calls.filter((call) => matches(call, filter)).map(({ id }) => id);
      for (const limit of [11, 50]) {
        const found = await pages(reader, filter, limit);
        expect(found.flat()).toEqual(wanted);
        // None but the last has room for more.
        expect(found.slice(0, -1).every((page) => page.length === limit)).toBe(true);
      }
    }
  });

  it('ends a page early where it takes long, and goes on from there', async () => {
    const slow = new AuditReader(
      {
        dialect,
        query: async (run) => {
          await wait(200);
          return reads.query(run);
        },
        upToDate: () => reads.upToDate(),
        integrated: () => reads.integrated(),
      },
      new AlteredEntries(onAlarm),
    );
    const filter = { code: 403, namespace: 'shop', key: 'pin' } as const;
    const wanted = calls.filter((call) => matches(call, filter)).map(({ id }) => id);
    const found = await pages(slow, filter, 100);
    expect(wanted.length).toBeLessThan(100);
    expect(found.length).toBeGreaterThan(1);
    expect(found.flat()).toEqual(wanted);
  });

  it('finds what is left where entries were pruned', async () => {
    const other = await storage.create();
    const pruned = await other.open();
    await fillLog(pruned, rows);
    await other.run('UPDATE audit_head SET pruned_below = 1024');
    await other.run('DELETE FROM audit_entries WHERE leaf_index < 1024');
    if (dialect === 'postgres') await other.run('DELETE FROM audit_names WHERE leaf_index < 1024');
    const over = openSearches(pruned, { onAlarm });
    const readsOfRest = over.reads();
    await untilSearchable(readsOfRest);
    const left = new AuditReader(readsOfRest, new AlteredEntries(onAlarm));
    for (const filter of [{}, { user: 'ann' }, { key: 'later', untilMs: at(1_100) }] as const) {
      const wanted = calls.filter((call) => call.leaf >= 1_024 && matches(call, filter));
      const found = await pages(left, filter, 100);
      expect(found.flat()).toEqual(wanted.map(({ id }) => id));
    }
    await over.close();
    await pruned.close();
    await other.remove();
  });

  it('knows the open intents, oldest first, by their calls', async () => {
    const open = calls.filter(({ outcome }) => outcome === 'unknown').toReversed();
    const found = await reader.openIntents();
    expect(found.map(({ callIndex }) => String(callIndex))).toEqual(open.map(({ id }) => id));
    expect(found.map(({ event }) => event.user.username)).toEqual(open.map(({ user }) => user));
  });

  it.each(auditDimensions)('counts calls by %s', async (by) => {
    for (const filter of [
      {},
      { namespace: 'shop' },
      { sinceMs: at(500), untilMs: at(2_500) },
      { key: 'pin', sinceMs: at(1_000) },
      { user: 'nobody' },
    ] as const) {
      const { items, remainingItemCount = 0 } = await reader.counts(filter, by, 500);
      const wanted = countsOf(
        calls.filter((call) => matches(call, filter)),
        by,
      );
      expect(items.length + remainingItemCount).toBe(wanted.size);
      for (const { value, count } of items)
        expect([value, count]).toEqual([value, wanted.get(value)]);
    }
  });

  async function expectFound(filter: AuditFilter): Promise<void> {
    const wanted = calls.filter((call) => matches(call, filter));
    const page = await reader.list(filter, { limit: 100 });
    const hint = JSON.stringify(filter);
    expect(
      page.items.map(({ id }) => id),
      hint,
    ).toEqual(wanted.slice(0, 100).map(({ id }) => id));
    expect(page.continue !== undefined, hint).toBe(wanted.length > 100);
  }
});

async function pages(
  reader: AuditReader,
  filter: AuditFilter,
  limit: number,
): Promise<readonly (readonly string[])[]> {
  const seen: (readonly string[])[] = [];
  let cursor: string | undefined;
  do {
    const page = await reader.list(filter, { limit, ...(cursor && { cursor }) });
    seen.push(page.items.map(({ id }) => id));
    cursor = page.continue;
  } while (cursor !== undefined);
  return seen;
}

function countsOf(found: readonly Call[], by: AuditDimension): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const call of found) {
    for (const value of valuesIn(call, by)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

function valuesIn(call: Call, by: AuditDimension): readonly string[] {
  const time = new Date(call.timeMs).toISOString();
  switch (by) {
    case 'key':
      return call.keys;
    case 'group':
      return call.groups;
    case 'mark':
      return call.marks;
    case 'credential':
      return [`oidc:${call.user}`];
    case 'hour':
      return [`${time.slice(0, 13)}:00:00Z`];
    case 'day':
      return [`${time.slice(0, 10)}T00:00:00Z`];
    default:
      return [String(call[by])];
  }
}
