import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import { StorageError } from '../../../src/platform/storage/storage-error.js';
import { SqlVersionsStore } from '../../../src/versions/sql-versions.store.js';
import { WriteThread } from '../../../src/versions/store/write-thread.js';
import { newVersion } from '../../unit/versions/domain/version.builder.js';
import { sealedRows } from '../../unit/encryption/row-integrity.builder.js';
import { turnsDuring } from '../../support/turns-during.js';

let dataDir: string;
let database: SqliteDatabase;
let thread: WriteThread;
let store: SqlVersionsStore;

const threadData = () => ({ location: database.location, rowKey: sealedRows().rowKey });

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sallyport-write-thread-'));
  database = await SqliteDatabase.open(dataDir);
  thread = new WriteThread(threadData());
  store = new SqlVersionsStore(database, sealedRows(), thread);
});

afterEach(async () => {
  await thread.close();
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

it('holds up nobody while the disk is at work', async () => {
  await store.record([newVersion(1)]);
  const large = Array.from({ length: 40 }, (_, index) =>
    newVersion(index + 2, { payload: { ciphertext: new Uint8Array(1024 * 1024) } }),
  );
  const written = store.record(large);
  await new Promise((resolve) => setImmediate(resolve));
  const turns = await turnsDuring(() => written);
  // A write in this thread would leave one or two.
  expect(turns).toBeGreaterThan(100);
});

it('writes in the order of the calls', async () => {
  const versions = Array.from({ length: 50 }, (_, index) => newVersion(index + 1));
  const results = await Promise.all(versions.map((made) => store.record([made])));
  expect(results.flat().every(({ kind }) => kind === 'recorded')).toBe(true);
});

it('gives up a write that takes too long, and does the next', async () => {
  const hasty = new WriteThread(threadData(), { writeMsMax: 300 });
  const other = new DatabaseSync(database.path);
  other.exec('BEGIN IMMEDIATE');
  const failures = Promise.all(
    [hasty.record([newVersion(1)]), hasty.setWatchCursor({ name: 'a', resourceVersion: '1' })].map(
      (one) => expect(one).rejects.toThrow(StorageError),
    ),
  );
  await failures;
  other.close();
  await hasty.close();
  expect((await store.record([newVersion(1)]))[0]?.kind).toBe('recorded');
});

it('is replaced when it dies, and says so to whom it leaves without an answer', async () => {
  const mortal = new WriteThread(threadData(), {
    worker: new URL('./dying-writer.ts', import.meta.url),
  });
  await expect(mortal.record([newVersion(1)])).rejects.toThrow(/histories died: of old age/);
  await expect(mortal.record([newVersion(1)])).rejects.toThrow(StorageError);
  await mortal.close();
});

it('passes on what the database says, and goes on', async () => {
  const cursor = { name: 'a', resourceVersion: 'x'.repeat(10) };
  await expect(store.record([newVersion(1, { createdMs: Number.NaN })], cursor)).rejects.toThrow(
    StorageError,
  );
  expect(await store.watchCursor('a')).toBeUndefined();
  expect(await store.history(newVersion(1).history)).toBeUndefined();
  expect((await store.record([newVersion(1)]))[0]?.kind).toBe('recorded');
});

it('takes no more calls than it can remember', async () => {
  const calls = Array.from({ length: limits.versionWritesMax + 1 }, () =>
    thread.setWatchCursor({ name: 'a', resourceVersion: '1' }),
  );
  const fates = await Promise.allSettled(calls);
  expect(fates.filter(({ status }) => status === 'rejected')).toHaveLength(1);
});

it('finishes what it has taken when it is closed', async () => {
  const last = store.record([newVersion(1)]);
  await thread.close();
  expect((await last)[0]?.kind).toBe('recorded');
  await expect(store.record([newVersion(2)])).rejects.toThrow('closed');
});
