import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { searchIndexPath } from '../../../../src/audit/search-index/search-index.js';
import { limits } from '../../../../src/core/limits.js';
import { backUpDatabase } from '../../../../src/platform/storage/back-up-database.js';
import { SqliteDatabase } from '../../../../src/platform/storage/sqlite-database.js';
import {
  type AuditFolder,
  auditOver,
  entry,
  openAudit,
  readOnce,
  temporaryDir,
} from '../audit-fixture.js';
import { untilSearchable } from '../../../support/until-searchable.js';

const SLOW = new URL('./slow-index.ts', import.meta.url);

let folder: ReturnType<typeof temporaryDir>;
let dataDir: string;
let audit: AuditFolder;

beforeEach(() => {
  folder = temporaryDir();
  dataDir = join(folder.path, 'data');
});
afterEach(async () => {
  await audit.close();
  folder.remove();
});

const index = () => searchIndexPath(audit.database.path);
const indexFiles = () => ['', '-wal', '-shm'].map((suffix) => index() + suffix);
const alarms = () => audit.alarms.join('\n');

async function append(count: number, user = 'alice'): Promise<void> {
  const events = Array.from({ length: count }, () => entry({ ctx: { userAgent: user } }));
  await Promise.all(events.map((event) => audit.writer.append(event)));
}

/** How many events are found by an index of names, and how many by one of a column. */
async function found(): Promise<readonly number[]> {
  const counts = ['group', 'action'] as const;
  const filter = { user: 'alice', group: 'dev' };
  const all = await Promise.all(counts.map((by) => audit.service.counts(filter, by, 500)));
  return all.map(({ items }) => Math.max(0, ...items.map(({ count }) => count)));
}

/** Reads go on, and searches find so many once more, however they fare until then. */
async function expectRecovered(count: number): Promise<void> {
  await expect(readOnce(audit)).resolves.toBe('value');
  await expect.poll(found, { timeout: 15_000 }).toEqual([count + 1, count + 1]);
  const newest = Array.from({ length: 5 }, (_, at) => String(count - at));
  await expect.poll(firstPage, { timeout: 15_000 }).toEqual(newest);
}

async function firstPage(): Promise<readonly string[]> {
  const { items } = await audit.service.list({ secret: 'db' }, { limit: 5 });
  return items.map(({ id }) => id);
}

async function slowly(name: string): Promise<void> {
  dataDir = join(folder.path, name);
  const over = auditOver(await SqliteDatabase.open(dataDir), { worker: SLOW });
  await over.ready();
  audit = { dataDir, ...over };
}

describe('an index that somebody has changed', () => {
  it.each([
    ['lacks rows', 'DELETE FROM audit_search WHERE leaf_index > 200'],
    ['has other ones', "UPDATE audit_search SET user = 'bob' WHERE leaf_index = 7"],
    [
      'has one too many',
      'INSERT INTO audit_search SELECT 10000, stage, audit_id, 10000, time_ms, user, credential_id, namespace, secret, source_ip, action, outcome, code, plane, source, groups, keys, marks, upstream FROM audit_search WHERE leaf_index = 1',
    ],
    ['lacks names', 'DELETE FROM audit_names WHERE leaf_index = 7'],
    [
      'has a trigger',
      'CREATE TRIGGER hidden BEFORE INSERT ON audit_search BEGIN SELECT RAISE(IGNORE); END',
    ],
  ])('is made anew, which is an alarm: it %s', { timeout: 90_000 }, async (_, sql) => {
    const over = auditOver(await SqliteDatabase.open(dataDir), { checkEveryMs: 200 });
    await over.ready();
    audit = { dataDir, ...over };
    await append(300);
    await expect.poll(found, { timeout: 15_000 }).toEqual([300, 300]);
    const file = new DatabaseSync(index(), { timeout: 5_000 });
    file.exec(sql);
    file.close();
    await expect.poll(alarms, { timeout: 45_000 }).toContain('changed by somebody else');
    await expect.poll(found, { timeout: 15_000 }).toEqual([300, 300]);
  });
});

describe('an index whose b-trees lack what its table has', () => {
  it('is made anew at a start', async () => {
    audit = await openAudit(dataDir);
    await append(300);
    await expect.poll(found, { timeout: 15_000 }).toEqual([300, 300]);
    const path = index();
    await audit.close();
    const before = new DatabaseSync(path, { defensive: false });
    const [row = {}] = before.prepare('SELECT * FROM audit_search WHERE leaf_index = 7').all();
    const trees = before
      .prepare("SELECT * FROM sqlite_schema WHERE tbl_name = 'audit_search' AND type = 'index'")
      .all();
    before.exec(`DELETE FROM audit_search WHERE leaf_index = 7; PRAGMA writable_schema = ON;
      DELETE FROM sqlite_schema WHERE tbl_name = 'audit_search' AND type = 'index'`);
    before.close();
    const after = new DatabaseSync(path, { defensive: false });
    const insert = (table: string, values: typeof row) =>
      after
        .prepare(
          `INSERT INTO ${table} (${Object.keys(values).join(', ')})
            VALUES (${Object.keys(values).map(() => '?')})`,
        )
        .run(...Object.values(values));
    insert('audit_search', row);
    after.exec('PRAGMA writable_schema = ON');
    for (const tree of trees) insert('sqlite_schema', tree);
    after.close();
    audit = await openAudit(dataDir);
    const ids = async () => {
      const { items } = await audit.service.list({ user: 'alice' }, { limit: 300 });
      return items.map(({ id }) => id);
    };
    await expect.poll(ids, { timeout: 15_000 }).toContain('7');
    expect(await ids()).toHaveLength(300);
  });
});

describe('a search', () => {
  it('finds what was answered before it, however slow its index is', async () => {
    await slowly('slow');
    await untilSearchable(audit.searches);
    for (let round = 0; round < 4; round += 1) {
      const id = await audit.writer.append(entry());
      const { items } = await audit.service.list({ secret: 'db' }, { limit: 1 });
      expect(items.map((item) => item.id)).toEqual([String(id)]);
    }
  });

  it('is refused in time while its index is far behind, and told how far', async () => {
    await slowly('stalled');
    await append(3);
    const startedAtMs = performance.now();
    const sentence = /search index of the audit trail is being made(: it has 0 of \d+ entries)?$/;
    await expect(audit.searches.upToDate()).rejects.toMatchObject({
      ...{ code: 'Unavailable', status: 503, headers: { 'retry-after': '5' } },
      message: expect.stringMatching(sentence) as string,
    });
    expect(performance.now() - startedAtMs).toBeLessThan(limits.auditIndexWaitMsMax + 500);
    await expect(audit.service.list({})).rejects.toMatchObject({ code: 'Unavailable' });
    await expect(readOnce(audit)).resolves.toBe('value');
    expect((await audit.service.get('0'))?.id).toBe('0');
  });
});

describe('a search index under a running gateway', () => {
  beforeEach(async () => {
    audit = await openAudit(dataDir);
    await append(300);
    await untilSearchable(audit.searches);
    audit.alarms.length = 0;
  });

  it('is made anew where it was deleted', async () => {
    for (const file of indexFiles()) rmSync(file);
    await expectRecovered(300);
    expect(alarms()).toContain('made anew: it was deleted or replaced');
  });

  it('is made anew where its write-ahead log was deleted', async () => {
    rmSync(`${index()}-wal`);
    await expectRecovered(300);
  });

  it('is made anew where it was cut', async () => {
    checkpoint();
    truncateSync(index(), 4_096);
    await expectRecovered(300);
    expect(alarms()).toMatch(/deleted or replaced|damaged/);
  });

  it('is made anew where its pages are damaged', async () => {
    checkpoint();
    const { size } = statSync(index());
    writeFileSync(index(), Buffer.alloc(size, 0x5a), { flag: 'r+' });
    await expectRecovered(300);
    expect(alarms()).toContain('damaged');
  });

  it('is made anew where that of another log took its place', async () => {
    const first = audit;
    const other = await openAudit(join(folder.path, 'other'));
    audit = other;
    await append(500, 'other');
    await expect.poll(found, { timeout: 15_000 }).toEqual([500, 500]);
    await other.close();
    audit = first;
    for (const file of indexFiles().slice(1)) rmSync(file);
    renameSync(searchIndexPath(other.database.path), index());
    await expectRecovered(300);
  });

  it('refuses searches alone while it cannot be had, and comes back by itself', async () => {
    for (const file of indexFiles()) rmSync(file);
    mkdirSync(index());
    await expect(readOnce(audit)).resolves.toBe('value');
    const refused = { code: 'Unavailable', status: 503 };
    await expect(audit.service.list({})).rejects.toMatchObject(refused);
    await expect(audit.service.counts({}, 'user', 5)).rejects.toMatchObject(refused);
    await expect(readOnce(audit)).resolves.toBe('value');
    expect(alarms()).toContain('the audit log cannot be searched');
    rmdirSync(index());
    await expectRecovered(302);
  });

  it('refuses searches alone while it is read-only', async () => {
    execFileSync('mount', ['--bind', index(), index()]);
    execFileSync('mount', ['-o', 'remount,bind,ro', index()]);
    try {
      await expect(readOnce(audit)).resolves.toBe('value');
      const refused = { code: 'Unavailable', status: 503 };
      await expect(audit.service.list({})).rejects.toMatchObject(refused);
    } finally {
      // Lazily: SQLite keeps what it opened there until nobody in the process holds a lock on it.
      // https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
      execFileSync('umount', ['-l', index()]);
    }
    await expectRecovered(301);
  });
});

describe('a search index that is found at the start', () => {
  beforeEach(async () => {
    audit = await openAudit(dataDir);
    await append(300);
    await untilSearchable(audit.searches);
  });

  it.each([
    ['some', 256, 300],
    ['all', 512, 700],
  ])('lets go of what was pruned meanwhile, of which it had %s', async (_, below, size) => {
    await append(size - 300);
    await audit.close();
    const log = new DatabaseSync(audit.database.path);
    log.exec(`UPDATE audit_head SET pruned_below = ${below};
      DELETE FROM audit_entries WHERE leaf_index < ${below}`);
    log.close();
    await reopened();
    await expect.poll(found, { timeout: 15_000 }).toEqual([size - below, size - below]);
    const left = await audit.searches.query(async (db) => {
      const names = db
        .selectFrom('audit_names')
        .select('leaf_index')
        .where('leaf_index', '<', below);
      return names.execute();
    });
    expect(left).toEqual([]);
  });

  async function reopened(): Promise<void> {
    audit = await openAudit(dataDir);
    audit.alarms.length = 0;
  }

  it('goes on where it is behind', async () => {
    const behind = join(folder.path, 'behind.db');
    checkpoint();
    copyFileSync(index(), behind);
    await append(200);
    await audit.close();
    copyFileSync(behind, index());
    await reopened();
    await expectRecovered(500);
    expect(audit.alarms).toEqual([]);
  });

  it('is made where there is none', async () => {
    await audit.close();
    rmSync(index());
    await reopened();
    await expectRecovered(300);
    expect(audit.alarms).toEqual([]);
  });

  it('is made anew where a backup was restored beside it', async () => {
    const backup = backUpDatabase(dataDir, join(folder.path, 'backup'));
    await append(100);
    expect(await found()).toEqual([400, 400]);
    await audit.close();
    renameSync(backup, audit.database.path);
    await reopened();
    await expectRecovered(300);
    expect(alarms()).toContain('made anew: it was of another log');
  });

  it('is made anew where a longer log took the place of a restored one', async () => {
    const backup = backUpDatabase(dataDir, join(folder.path, 'backup'));
    await append(100);
    expect(await found()).toEqual([400, 400]);
    await audit.close();
    const kept = join(folder.path, 'kept.db');
    renameSync(index(), kept);
    renameSync(backup, audit.database.path);
    await reopened();
    await append(200);
    await audit.close();
    rmSync(index(), { force: true });
    renameSync(kept, index());
    await reopened();
    await expectRecovered(500);
    expect(alarms()).toContain('of another log');
  });

  it('is made anew where it is of another version', async () => {
    await audit.close();
    const database = new DatabaseSync(index());
    database.exec('PRAGMA user_version = 999');
    database.close();
    await reopened();
    await expectRecovered(300);
    expect(audit.alarms).toEqual([]);
  });
});

/** Puts what its write-ahead log has into the file itself. */
function checkpoint(): void {
  const database = new DatabaseSync(index());
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}
