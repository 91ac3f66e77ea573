import { AlteredEntries } from '../src/audit/altered-entries.js';
import { AuditReader } from '../src/audit/audit-reader.js';
import type { AuditDimension } from '../src/audit/domain/audit-dimension.js';
import type { AuditFilter } from '../src/audit/domain/audit-filter.js';
import { openSearches } from '../src/audit/search-index/open-searches.js';
import { endMs } from './audit-events.js';
import type { Place } from './audit-place.js';
import { heading, report } from './audit-report.js';
import { reportIndexing } from './audit-indexing.js';
import { bounded, type Figures } from './floors.js';
import { percentile } from './percentile.js';

const dayMs = 86_400_000;
const times = 10;
const pageSizes = [50, 500] as const;

/** Each alone, several at once, what is rare, what is nowhere, and what nearly all events are. */
const filtersOf: Readonly<Record<string, readonly AuditFilter[]>> = {
  'no filter': [{}],
  namespace: [{ namespace: 'ns-3' }, { namespace: 'ns-199' }],
  secret: [{ secret: 'db' }, { namespace: 'ns-3', secret: 'db' }, { secret: 'crown' }],
  key: [{ key: 'password' }, { key: 'jewel' }],
  user: [{ user: 'person-3' }, { user: 'mallory' }, { user: 'nobody' }],
  group: [{ group: 'system:authenticated' }, { group: 'team-9' }, { group: 'nobody' }],
  credential: [{ credential: 'oidc:person-3' }, { credential: 'oidc:mallory' }],
  action: [
    { action: ['secrets.reveal'] },
    { action: ['secrets.delete', 'secrets.patch'] },
    { action: ['tokens.create'] },
  ],
  outcome: [{ outcome: 'allowed' }, { outcome: 'denied' }, { outcome: 'unknown' }],
  code: [{ code: 200 }, { code: 503 }, { code: 418 }],
  source: [{ source: 'gateway' }, { source: 'cluster' }],
  'source address': [{ sourceIp: '10.3.5.3' }, { sourceIp: '192.0.2.1' }],
  plane: [{ plane: 'broker' }, { plane: 'self' }],
  mark: [{ mark: 'dry-run' }, { mark: 'audit-id-reused' }],
  time: [
    { sinceMs: endMs - dayMs },
    { untilMs: endMs - 60 * dayMs },
    { sinceMs: endMs - 61 * dayMs, untilMs: endMs - 60 * dayMs },
  ],
  prefix: [
    { user: 'person-*' },
    { user: 'system:serviceaccount:*' },
    { user: 'system:serviceaccount:ns-19:*' },
    { user: 'mal*' },
    { namespace: 'ns-1*' },
    { key: 'pass*' },
    { group: 'system:*' },
    { action: ['secrets.*'] },
    { sourceIp: '10.3.*' },
    { mark: '*' },
    { secret: 'zz*' },
  ],
  'several at once': [
    { user: 'person-3', outcome: 'denied' },
    { user: 'person-3', action: ['secrets.delete'], outcome: 'denied' },
    { namespace: 'ns-3', user: 'person-3', key: 'password' },
    { plane: 'caller', action: ['secrets.reveal'], outcome: 'denied', key: 'pin' },
    { user: 'mallory', secret: 'db' },
    { group: 'team-9', source: 'cluster' },
    { user: 'system:*', key: 'jewel' },
    { user: 'person-1', sinceMs: endMs - 61 * dayMs, untilMs: endMs - 60 * dayMs },
  ],
};

const counts: readonly (readonly [string, AuditFilter, AuditDimension])[] = [
  [
    'who read this key in 30 days',
    {
      ...{ namespace: 'ns-3', secret: 'db', key: 'password', action: ['secrets.reveal'] },
      sinceMs: endMs - 30 * dayMs,
    },
    'user',
  ],
  ['what somebody did, by day', { user: 'person-3' }, 'day'],
  ['who was denied', { outcome: 'denied' }, 'user'],
  ['events by day', {}, 'day'],
  ['events by user', {}, 'user'],
  ['events by action, in 30 days', { sinceMs: endMs - 30 * dayMs }, 'action'],
];

/** First pages and counts of a log, with a warm cache. */
export async function benchQueries({ database }: Place): Promise<Figures> {
  heading('searches');
  const onAlarm = (message: string): void => report('alarm', message);
  const searches = openSearches(database, { onAlarm });
  const reads = searches.reads();
  try {
    await reportIndexing(searches);
    const reader = new AuditReader(reads, new AlteredEntries(onAlarm));
    const startedAt = performance.now();
    await reader.openIntents();
    report('first look for open writes', `${Math.round(performance.now() - startedAt)} ms`);
    const p99Ms: number[] = [];
    for (const [name, filters] of Object.entries(filtersOf)) {
      p99Ms.push(await measure(reader, name, filters));
    }
    for (const [name, filter, by] of counts) {
      const countedAt = performance.now();
      const answer = await reader
        .counts(filter, by, 500)
        .then(({ items }) => `${items.length} values`)
        .catch((error: Error) => error.message);
      report(`count: ${name}`, `${Math.round(performance.now() - countedAt)} ms (${answer})`);
    }
    return bounded('audit', { firstPageP99Ms: Math.max(...p99Ms) });
  } finally {
    await searches.close();
  }
}

/** Returns the 99th percentile in milliseconds, of the page size where it is the higher. */
async function measure(
  reader: AuditReader,
  name: string,
  filters: readonly AuditFilter[],
): Promise<number> {
  const figures = [];
  const p99Ms: number[] = [];
  for (const limit of pageSizes) {
    const taken: { readonly ms: number; readonly filter: AuditFilter }[] = [];
    for (const filter of filters) {
      await reader.list(filter, { limit });
      for (let time = 0; time < times; time += 1) {
        taken.push({ filter, ms: await timeOf(() => reader.list(filter, { limit })) });
      }
    }
    const latencies = taken.map(({ ms }) => ms);
    const p99 = percentile(latencies, 99);
    p99Ms.push(p99);
    figures.push(`${limit}: p50 ${percentile(latencies, 50)}, p99 ${p99} ms`);
    const slowest = taken.toSorted((a, b) => b.ms - a.ms)[0];
    if (p99 > 100) figures.push(`slowest ${JSON.stringify(slowest?.filter)}`);
  }
  report(`first page: ${name}`, figures.join('; '));
  return Math.max(...p99Ms);
}

async function timeOf(job: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await job();
  return performance.now() - startedAt;
}
