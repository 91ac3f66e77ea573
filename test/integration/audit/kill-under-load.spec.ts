import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntryPlace } from '../../../src/audit/domain/entry-place.js';
import { PostgresDatabase } from '../../../src/platform/storage/postgres/postgres-database.js';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import { PostgresServer } from '../../postgres/postgres-server.js';
import { scaled } from '../../support/scale.js';
import { auditOver, entry, leafIndexOf, temporaryDir } from './audit-fixture.js';
import { type Acknowledged, AuditLoad, expectWhole } from './audit-load.js';

const ROUNDS = scaled(500);
const POSTGRES_ROUNDS = scaled(100);
const LATE_MS_MAX = 1_800_000;
const IN_FLIGHT = 48;

describe('kill -9 under load, again and again', () => {
  let folder: ReturnType<typeof temporaryDir>;
  let notes: ReturnType<typeof temporaryDir>;
  let load: AuditLoad | undefined;

  beforeEach(() => {
    folder = temporaryDir();
    notes = temporaryDir();
  });

  afterEach(async () => {
    await load?.kill();
    folder.remove();
    notes.remove();
  });

  /** One in five dies while it opens the log, the others while they append. */
  async function killedAtRandom(child: AuditLoad, round: number): Promise<void> {
    if (round % 5 === 4) {
      await child.until(() => child.lines().length > 0);
      await delay(Math.random() * 300);
    } else {
      await child.until(() => child.acknowledged().length > 0);
      await delay(Math.random() * 100);
    }
    expect(child.isRunning, child.lines().join('\n')).toBe(true);
    await child.kill();
  }

  it(
    `of the gateway's process, ${ROUNDS} times: nothing acknowledged is lost, no gap, no duplicate`,
    async () => {
      const acknowledged: Acknowledged[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        load = new AuditLoad({ dataDir: folder.path, notes: notes.path, name: `kill-${round}` });
        await killedAtRandom(load, round);
        acknowledged.push(...load.acknowledged());
      }
      expect(acknowledged.length).toBeGreaterThan(ROUNDS * 10);
      await expectWhole(await SqliteDatabase.open(folder.path), acknowledged);
    },
    LATE_MS_MAX,
  );

  it(
    `of PostgreSQL, ${POSTGRES_ROUNDS} times: nothing acknowledged is lost, no gap, no duplicate`,
    async () => {
      const server = await PostgresServer.start();
      try {
        const url = await server.createDatabase();
        const acknowledged = await loadWhileCrashing(server, url);
        await expectWhole(await PostgresDatabase.open(url), acknowledged);
      } finally {
        await server.stop();
      }
    },
    LATE_MS_MAX,
  );
});

/** One gateway goes on appending while its database dies and comes back. */
async function loadWhileCrashing(server: PostgresServer, url: string) {
  const audit = auditOver(await PostgresDatabase.open(url));
  await audit.ready();
  const acknowledged: Acknowledged[] = [];
  const places: [string, EntryPlace][] = [];
  const stop = new AbortController();
  let next = 0;
  const appendUntilStop = async () => {
    while (!stop.signal.aborted) {
      next += 1;
      const auditId = `crash-${next}`;
      const place = await audit.writer.append(entry({ ctx: { auditId } })).catch(() => delay(5));
      if (place !== undefined) places.push([auditId, place]);
    }
  };
  const lanes = Array.from({ length: IN_FLIGHT }, appendUntilStop);
  try {
    for (let round = 0; round < POSTGRES_ROUNDS; round += 1) {
      const before = places.length;
      await expect.poll(() => places.length, { timeout: 20_000 }).toBeGreaterThan(before);
      await delay(Math.random() * 100);
      await server.crash();
    }
  } finally {
    stop.abort();
    await Promise.all(lanes);
    for (const [id, place] of places) acknowledged.push([id, await leafIndexOf(audit, place)]);
    await audit.close();
  }
  return acknowledged;
}
