import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubernetesAuditEvent } from '../../../../src/audit/domain/kubernetes-event.js';
import type { Database } from '../../../../src/platform/storage/database.js';
import { openStorage } from '../../../../src/platform/storage/open-storage.js';
import { PostgresServer } from '../../../postgres/postgres-server.js';
import { scaled } from '../../../support/scale.js';
import { temporaryKey, treeOver, verdictOf } from '../../audit/log-fixture.js';
import { passwordOf, replicaOver, type Replica } from './rotation-fixture.js';
import { storedEntries } from '../../../support/stored-entries.js';

const ROUNDS = scaled(100, 2);
const LATE_MS_MAX = 1_800_000;
const module = new URL('./changing-child.ts', import.meta.url).pathname;
const hooks = new URL('../../../ts-hooks.mjs', import.meta.url).pathname;

describe('kill -9 while runs change', () => {
  let dataDir: string;
  let child: ChildProcess | undefined;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'sallyport-rotation-crash-'));
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** Lets a process change runs for a moment, and kills it; returns what it told last of each. */
  async function changeAndKill(url: string): Promise<ReadonlyMap<string, number>> {
    child = spawn(process.execPath, ['--import', hooks, module, url, dataDir]);
    const told: string[] = [];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => told.push(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => told.push(text));
    while (!told.join('').includes('changed')) {
      expect(child.exitCode, told.join('')).toBeNull();
      await delay(10);
    }
    await delay(Math.random() * 300);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    const changes = [...told.join('').matchAll(/^changed (\S+) (\d+)\n/gm)];
    return new Map(changes.map(([, id = '', version]) => [id, Number(version)]));
  }

  /** Each change has its event and its notification, and each of these its change. */
  async function expectWhole(replica: Replica, told: ReadonlyMap<string, number>) {
    const { database } = replica.audit;
    const rows = await database.query((db) => db.selectFrom('rotation_runs').selectAll().execute());
    const events = await versionsByRun(database);
    const notified = await database.query((db) =>
      db
        .selectFrom('rotation_outbox')
        .select((eb) => ['run_id', eb.fn.countAll().as('count')])
        .groupBy('run_id')
        .execute(),
    );
    const counts = new Map(notified.map((row) => [row.run_id, Number(row.count)]));
    expect([...events.keys()].toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
    for (const { id, attempts, ended_ms: endedMs } of rows) {
      const versions = Array.from({ length: attempts + 1 }, (_, version) => version);
      expect(events.get(id)?.toSorted()).toEqual(versions);
      expect(counts.get(id)).toBe(versions.length);
      expect(endedMs === null).toBe(attempts < 5);
    }
    const attempts = new Map(rows.map((row) => [row.id, row.attempts]));
    for (const [id, version] of told) expect(attempts.get(id)).toBeGreaterThanOrEqual(version);
    return rows.filter(({ ended_ms: endedMs }) => endedMs === null);
  }

  /** Lets one die and looks at what it left; returns how many of its runs can be claimed now. */
  async function round(url: string): Promise<readonly string[]> {
    const told = await changeAndKill(url);
    const replica = await replicaOver(await openStorage(url, dataDir), dataDir);
    try {
      const open = await expectWhole(replica, told);
      const left: string[] = [];
      for (const { id, attempts } of open) {
        const claim = await replica.store.claim(id);
        if (claim === undefined) continue;
        left.push(id);
        const password = passwordOf(await replica.store.values(claim.run));
        expect(password).toBe(attempts === 0 ? undefined : `${id} ${attempts}`);
        await replica.store.release(claim.run);
      }
      return left;
    } finally {
      await replica.close();
    }
  }

  async function expectProven(url: string): Promise<void> {
    const key = temporaryKey();
    const replica = await replicaOver(await openStorage(url, dataDir), dataDir);
    const tree = treeOver(replica.audit.database, key.keyFile);
    await tree.integrator.publish();
    expect(await verdictOf(tree)).toBeUndefined();
    await replica.close();
    key.remove();
  }

  it(
    `${ROUNDS} times on SQLite: changes and events agree, and a restart goes on at once`,
    async () => {
      let claimable = 0;
      for (let index = 0; index < ROUNDS; index += 1) claimable += (await round('sqlite:')).length;
      expect(claimable).toBeGreaterThan(0);
      await expectProven('sqlite:');
    },
    LATE_MS_MAX,
  );

  it(
    `${ROUNDS} times on PostgreSQL: changes and events agree`,
    async () => {
      const server = await PostgresServer.start();
      try {
        const url = await server.createDatabase();
        for (let index = 0; index < ROUNDS; index += 1) await round(url);
        await expectProven(url);
      } finally {
        await server.stop();
      }
    },
    LATE_MS_MAX,
  );
});

/** The numbers of changes that events tell of, by run. */
async function versionsByRun(database: Database): Promise<Map<string, number[]>> {
  const rows = (await storedEntries(database)).filter(({ action }) => action === 'rotations.run');
  const versions = new Map<string, number[]>();
  for (const { secret, event } of rows) {
    const { annotations } = JSON.parse(Buffer.from(event).toString()) as KubernetesAuditEvent;
    const known = versions.get(secret ?? '') ?? [];
    versions.set(secret ?? '', [...known, Number(annotations['sallyport.dev/version'])]);
  }
  return versions;
}
