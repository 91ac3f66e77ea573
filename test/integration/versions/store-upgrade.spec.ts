import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../../../src/platform/storage/migrations/migrations.js';
import { nodeSqliteDialect } from '../../../src/platform/storage/node-sqlite.js';
import {
  createDataDir,
  databasePath,
  openDatabase,
} from '../../../src/platform/storage/open-database.js';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import type { NewVersion } from '../../../src/versions/domain/versions.store.js';
import { IntegrityError } from '../../../src/encryption/domain/integrity-error.js';
import { adoptHistory } from '../../../src/versions/store/adopt-history.js';
import { VersionSeals } from '../../../src/versions/store/version-seals.js';
import { openVersionsStore } from '../../../src/versions/open-versions-store.js';
import { newVersion } from '../../unit/versions/domain/version.builder.js';
import { copiesOf, filesText, piecesLeft, sealed, textOf } from './erasure-traces.js';
import { rowMac, sealedRows } from '../../unit/encryption/row-integrity.builder.js';

const ROWS = 400;

/** A database as the version before slots made it. */
async function oldDatabase(dataDir: string): Promise<DatabaseSync> {
  createDataDir(dataDir);
  const sqlite = openDatabase(databasePath(dataDir));
  const db = new Kysely<unknown>({ dialect: nodeSqliteDialect(sqlite) });
  const known = Object.entries(migrations).filter(([name]) => name < '0010');
  const provider = { getMigrations: () => Promise.resolve(Object.fromEntries(known)) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw new Error('the old schema could not be made', { cause: error });
  sqlite.exec('PRAGMA secure_delete = ON');
  return sqlite;
}

/** Records as that version did, in any order of ids, which are the numbers. */
function insert(sqlite: DatabaseSync, { version, payload }: NewVersion): void {
  sqlite
    .prepare(
      `INSERT INTO secret_versions (id, history_id, version, namespace_uid, state, held, secret_uid,
        resource_version, type, immutable, labels, keys, annotations, door, is_gap, is_retired,
        created_ms, bytes, fingerprint)
      VALUES (:version, 1, :version, 'ns-1', 'live', 0, 'uid', :version, 'Opaque', 0, '{}', '[]',
        '[]', 'rest', 0, 0, 1, 1000, x'00')`,
    )
    .run({ version });
  sqlite
    .prepare(
      `INSERT INTO version_payloads (id, key_id, wrapped_key, ciphertext)
        VALUES (:version, :keyId, :wrappedKey, :ciphertext)`,
    )
    .run({ version, ...payload });
}

function fill(sqlite: DatabaseSync): readonly NewVersion[] {
  sqlite.exec(`INSERT INTO secret_histories (namespace_uid, namespace, name, last_version,
    secret_uid, resource_version, current_version)
    VALUES ('ns-1', 'pay', 'db', ${ROWS}, 'uid', '1', ${ROWS})`);
  const sizeOf = (index: number) => 40 + ((index * 37) % 900);
  const versions = Array.from({ length: ROWS }, (_, index) => sealed(index + 1, sizeOf(index)));
  sqlite.exec('BEGIN');
  // Every other one comes late, so that pages divide in their middle.
  for (const rest of [0, 1]) {
    for (const one of versions) if (one.version % 2 === rest) insert(sqlite, one);
  }
  sqlite.exec('COMMIT');
  return versions;
}

describe('a database of the version before slots', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'sallyport-upgrade-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('keeps its versions, and loses what was left of wrapped keys that were gone', async () => {
    const sqlite = await oldDatabase(dataDir);
    const versions = fill(sqlite);
    const alive = versions.filter(({ version }) => version % 5 === 0);
    const gone = versions.filter(({ version }) => version % 5 !== 0);
    sqlite.exec('DELETE FROM secret_versions WHERE version % 5 <> 0');
    sqlite.close();
    const path = databasePath(dataDir);
    const keysOf = (some: readonly NewVersion[]) => some.map(({ payload }) => payload.wrappedKey);
    expect(piecesLeft(path, keysOf(gone))).toBeGreaterThan(0);

    const database = await SqliteDatabase.open(dataDir);
    const store = openVersionsStore(database, sealedRows());
    expect(piecesLeft(path, keysOf(gone))).toBe(0);
    expect(new Set(copiesOf(path, keysOf(alive)))).toEqual(new Set([1]));
    await expect(store.get(1, alive[0]?.version ?? 0)).rejects.toThrow(IntegrityError);
    await adoptHistory(database, new VersionSeals(rowMac()), 1);
    for (const { version, payload } of alive) {
      const kept = (await store.get(1, version))?.payload;
      expect(kept?.keyId).toBe(payload.keyId);
      expect(textOf(kept?.wrappedKey ?? new Uint8Array())).toBe(textOf(payload.wrappedKey));
      expect(textOf(kept?.ciphertext ?? new Uint8Array())).toBe(textOf(payload.ciphertext));
    }
    await store.setState(1, 5, { from: ['live'], to: 'destroyed', nowMs: 1 });
    expect(piecesLeft(path, keysOf(alive.slice(0, 1)))).toBe(0);
    await store.close();
    await database.close();
  });

  it('opens though a wrapped key has another length, with which nothing opens', async () => {
    const sqlite = await oldDatabase(dataDir);
    fill(sqlite);
    sqlite.exec("UPDATE version_payloads SET wrapped_key = x'0102' WHERE id = 7");
    sqlite.close();
    const database = await SqliteDatabase.open(dataDir);
    const store = openVersionsStore(database, sealedRows());
    await adoptHistory(database, new VersionSeals(rowMac()), 1);
    const { payload } = (await store.get(1, 7)) ?? {};
    expect(payload?.keyId).toBe(newVersion(7).payload.keyId);
    expect(textOf(payload?.wrappedKey ?? new Uint8Array())).toBe('\0'.repeat(60));
    expect(filesText(database.path)).toContain(textOf(payload?.ciphertext ?? new Uint8Array()));
    await store.close();
    await database.close();
  });
});
