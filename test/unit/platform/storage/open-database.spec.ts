import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identityOf } from '../../../../src/platform/storage/file-identity.js';
import { openDatabase } from '../../../../src/platform/storage/open-database.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'open-database-'));
  path = join(folder, 'one.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a file that took the place of another one is not opened, and has nothing of its log', () => {
  const former = openDatabase(path);
  const identity = identityOf(path);
  former.exec('CREATE TABLE one (at INTEGER); INSERT INTO one VALUES (1), (2)');
  const copy = join(folder, 'copy.db');
  const made = new DatabaseSync(copy);
  made.exec('CREATE TABLE other (at INTEGER)');
  made.close();
  renameSync(copy, path);
  const open = (): unknown => openDatabase(path, { identity });
  expect(open).toThrow(`${path} was replaced by another file`);
  former.close();
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
  const found = openDatabase(path);
  const tables = found.prepare('SELECT name FROM sqlite_schema').all();
  expect(tables.map(({ name }) => name)).toEqual(['other']);
  found.close();
});

it('a file is opened that is the one that is meant', () => {
  openDatabase(path).close();
  openDatabase(path, { identity: identityOf(path) }).close();
});
