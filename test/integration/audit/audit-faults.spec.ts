import { copyFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import {
  type AuditFixture,
  type AuditFolder,
  entry,
  openAudit,
  readOnce,
} from './audit-fixture.js';
import { Tmpfs } from './tmpfs.js';

/** Reads until one is refused, each answered in time; returns the error. */
async function refusal(audit: AuditFixture): Promise<unknown> {
  for (let i = 0; i < 5_000; i += 1) {
    const startedAtMs = performance.now();
    const error: unknown = await readOnce(audit).then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(performance.now() - startedAtMs).toBeLessThan(limits.auditWaitMsMax + 500);
    if (error !== undefined) return error;
  }
  return undefined;
}

const unavailable = { code: 'Unavailable', status: 503, headers: { 'retry-after': '1' } };

/** Every entry is there, and those that were answered before are among them. */
async function checkLog(audit: AuditFolder): Promise<void> {
  const database = new DatabaseSync(audit.database.path, { readOnly: true });
  const row = database
    .prepare('SELECT count(*) AS n, max(leaf_index) AS last FROM audit_entries')
    .get();
  const health = database.prepare('PRAGMA integrity_check').get();
  database.close();
  expect(Number(row?.['last']) + 1).toBe(row?.['n']);
  expect(await audit.reader.size()).toBe(row?.['n']);
  expect(health).toEqual({ integrity_check: 'ok' });
}

describe('an audit log that cannot be written answers 503 in time and resumes by itself', () => {
  let volume: Tmpfs;
  let audit: AuditFolder;

  beforeEach(async () => {
    volume = new Tmpfs(4);
    audit = await openAudit(join(volume.path, 'data'));
    for (let i = 0; i < 20; i += 1) await readOnce(audit);
  });

  afterEach(async () => {
    await audit.close();
    volume.unmount();
  });

  it('when its volume is full', async () => {
    volume.fill();
    expect(await refusal(audit)).toMatchObject(unavailable);
    expect(audit.writer.isHealthy).toBe(false);
    // What the log gave back, lest it can be written once more.
    volume.fill();
    expect(await refusal(audit)).toMatchObject(unavailable);
    volume.drain();
    await expect(readOnce(audit)).resolves.toBe('value');
    expect(audit.writer.isHealthy).toBe(true);
    expect(audit.alarms).toHaveLength(2);
    await checkLog(audit);
  });

  it('when its volume turns read-only', async () => {
    volume.makeReadOnly();
    expect(await refusal(audit)).toMatchObject(unavailable);
    volume.makeWritable();
    await expect(readOnce(audit)).resolves.toBe('value');
    await checkLog(audit);
    expect(await audit.reader.size()).toBe(21);
  });

  it('when its file is deleted: then it goes on in a new one, and says so', async () => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(audit.database.path + suffix);
    await expect(readOnce(audit)).rejects.toMatchObject(unavailable);
    await expect(readOnce(audit)).resolves.toBe('value');
    expect(await audit.reader.size()).toBe(1);
    expect(audit.alarms.join()).toContain('deleted or replaced');
    expect(audit.alarms.join()).toContain('another file');
    await checkLog(audit);
  });

  it('when only the database file is deleted, without replaying the old log into the new', async () => {
    rmSync(audit.database.path);
    await expect(readOnce(audit)).rejects.toMatchObject(unavailable);
    await expect(readOnce(audit)).resolves.toBe('value');
    expect(await audit.reader.size()).toBe(1);
    await checkLog(audit);
  });

  it('when its write-ahead log is deleted, keeping every entry that it had answered', async () => {
    rmSync(`${audit.database.path}-wal`);
    await expect(readOnce(audit)).rejects.toMatchObject(unavailable);
    await expect(readOnce(audit)).resolves.toBe('value');
    expect(await audit.reader.size()).toBe(21);
    await checkLog(audit);
  });

  it('when its file is replaced by an older copy: then it goes on at the size of that', async () => {
    const copy = join(volume.path, 'copy.db');
    const database = new DatabaseSync(audit.database.path);
    database.exec(`VACUUM INTO '${copy}'`);
    database.close();
    for (let i = 0; i < 30; i += 1) await readOnce(audit);
    renameSync(copy, audit.database.path);
    await expect(readOnce(audit)).rejects.toMatchObject(unavailable);
    await expect(readOnce(audit)).resolves.toBe('value');
    expect(await audit.reader.size()).toBe(21);
    await checkLog(audit);
  });

  it('when its folder is gone, and comes back', async () => {
    renameSync(audit.dataDir, `${audit.dataDir}-away`);
    expect(await refusal(audit)).toMatchObject(unavailable);
    expect(await refusal(audit)).toMatchObject(unavailable);
    await expect(audit.service.list({})).rejects.toMatchObject(unavailable);
    renameSync(`${audit.dataDir}-away`, audit.dataDir);
    await expect(readOnce(audit)).resolves.toBe('value');
    expect(await audit.reader.size()).toBe(21);
    await checkLog(audit);
  });

  it('when another connection holds the write lock', async () => {
    const other = new DatabaseSync(audit.database.path);
    other.exec('BEGIN IMMEDIATE');
    expect(await refusal(audit)).toMatchObject(unavailable);
    other.exec('ROLLBACK');
    other.close();
    await expect(readOnce(audit)).resolves.toBe('value');
  });

  it('when its file is damaged, with a sentence that says so', async () => {
    await audit.close();
    const damaged = join(volume.path, 'damaged');
    const copy = await openAudit(damaged);
    await copy.close();
    copyFileSync('/bin/true', copy.database.path);
    await expect(SqliteDatabase.open(damaged)).rejects.toThrow(
      /is damaged .*restore it from a backup/,
    );
    audit = await openAudit(audit.dataDir);
    await audit.writer.append(entry());
  });
});
