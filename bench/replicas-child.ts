// A process that appends events to a log in PostgreSQL, as a gateway does, and prints what it has.
import { sql } from 'kysely';
import { AuditWriter } from '../src/audit/audit-writer.js';
import { PostgresDatabase } from '../src/platform/storage/postgres/postgres-database.js';
import { generatedRows } from './audit-events.js';
import { percentile } from './percentile.js';
import { rowKey } from './row-key.js';

const [url = '', callers = '1', seconds = '1'] = process.argv.slice(2);
const warmMs = 1_500;
const readyMsMax = 20_000;

const jsons = [...generatedRows(2_000)].flatMap(({ entry }) =>
  entry.stage === 'single' ? [Buffer.from(entry.event).toString('utf8')] : [],
);
const database = await PostgresDatabase.open(url);
const writer = new AuditWriter(database.location, { rowKey });
writer.start();
const readyAt = performance.now() + readyMsMax;
while (performance.now() < readyAt && !(await isReady()));
process.send?.('ready');
process.once('message', () => void run());

async function isReady(): Promise<boolean> {
  return writer.check().then(
    () => true,
    () => false,
  );
}

async function run(): Promise<void> {
  await load(warmMs);
  const before = process.cpuUsage();
  const { waits, refused } = await load(Number(seconds) * 1_000);
  const { user, system } = process.cpuUsage(before);
  const behind = await eventsBehind();
  const [p50Ms, p99Ms] = [percentile(waits, 50), percentile(waits, 99)];
  process.send?.({ events: waits.length, refused, p50Ms, p99Ms, cpuUs: user + system, behind });
  await writer.close();
  await database.close();
  process.disconnect();
}

async function eventsBehind(): Promise<number> {
  const { behind } = await database.query((db) =>
    db
      .selectFrom('audit_chains as c')
      .leftJoin('audit_integrated as d', 'd.writer', 'c.writer')
      .select(sql<number>`coalesce(sum(c.sequence - coalesce(d.sequence, 0)), 0)::int`.as('behind'))
      .executeTakeFirstOrThrow(),
  );
  return behind;
}

async function load(forMs: number): Promise<{ waits: number[]; refused: number }> {
  const waits: number[] = [];
  let refused = 0;
  const startedAt = performance.now();
  const caller = async (at: number) => {
    for (let next = at; performance.now() - startedAt < forMs; next += 1) {
      const json = jsons[next % jsons.length] ?? '';
      const askedAt = performance.now();
      await writer.append({ json, stage: 'single' }).then(
        () => waits.push(performance.now() - askedAt),
        () => (refused += 1),
      );
    }
  };
  await Promise.all(Array.from({ length: Number(callers) }, (_, at) => caller(at * 37)));
  return { waits, refused };
}
