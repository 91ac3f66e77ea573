import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteDatabase } from '../../../../src/platform/storage/sqlite-database.js';
import { databasePath } from '../../../../src/platform/storage/open-database.js';

describe('the database', () => {
  let parent: string;
  let dataDir: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'sallyport-database-'));
    dataDir = join(parent, 'deep', 'data');
  });

  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it('belongs to its owner alone, commits to disk, and keeps its tables', async () => {
    const umask = process.umask(0);
    const database = await SqliteDatabase.open(dataDir).finally(() => process.umask(umask));
    const pragma = (name: string) =>
      database.query((db) => sql.raw(`PRAGMA ${name}`).execute(db)).then(({ rows }) => rows);
    expect(await pragma('synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await pragma('journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    for (const suffix of ['', '-wal', '-shm']) {
      expect(statSync(databasePath(dataDir) + suffix).mode & 0o777).toBe(0o600);
    }
    await database.close();
    chmodSync(databasePath(dataDir), 0o644);
    const again = await SqliteDatabase.open(dataDir);
    expect(statSync(databasePath(dataDir)).mode & 0o777).toBe(0o600);
    await again.close();
  });

  it('is opened once at a time', async () => {
    const database = await SqliteDatabase.open(dataDir);
    await expect(SqliteDatabase.open(dataDir)).rejects.toThrow(/another Sallyport process uses/);
    await database.close();
    await (await SqliteDatabase.open(dataDir)).close();
  });

  it('refuses a damaged file with a sentence that names it, and lets go of the folder', async () => {
    await (await SqliteDatabase.open(dataDir)).close();
    writeFileSync(databasePath(dataDir), 'x'.repeat(8_192));
    const sentence = /database .*sallyport\.db is damaged/;
    await expect(SqliteDatabase.open(dataDir)).rejects.toThrow(sentence);
    await expect(SqliteDatabase.open(dataDir)).rejects.toThrow(sentence);
  });

  it('rolls a transaction back as a whole', async () => {
    const database = await SqliteDatabase.open(dataDir);
    const failed = database.query((db) =>
      db.transaction().execute(async (transaction) => {
        await transaction.updateTable('audit_head').set({ size: 5 }).execute();
        throw new Error('no');
      }),
    );
    await expect(failed).rejects.toThrow('no');
    const head = await database.query((db) => db.selectFrom('audit_head').selectAll().execute());
    expect(head).toEqual([{ id: 1, size: 0, pruned_below: 0, macs_from: null, macs_mac: null }]);
    await database.close();
  });
});
