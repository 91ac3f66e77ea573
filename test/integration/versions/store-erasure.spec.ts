import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { backUpDatabase } from '../../../src/platform/storage/back-up-database.js';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import type { NewVersion } from '../../../src/versions/domain/versions.store.js';
import { openVersionsStore } from '../../../src/versions/open-versions-store.js';
import { scaled } from '../../support/scale.js';
import { newVersion, roomy } from '../../unit/versions/domain/version.builder.js';
import { copiesOf, filesText, piecesLeft, sealed, textOf, wrappedKey } from './erasure-traces.js';
import { sealedRows } from '../../unit/encryption/row-integrity.builder.js';

const LATE_MS_MAX = 300_000;

// What is promised is that nothing of a wrapped key is left: the ciphertext opens with nothing
// else. Of that itself SQLite overwrites what it frees, not what it copied when it moved a row.

let dataDir: string;
let database: SqliteDatabase;
let store: ReturnType<typeof openVersionsStore>;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sallyport-erasure-'));
  await open();
});

afterEach(async () => {
  await close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function open(): Promise<void> {
  database = await SqliteDatabase.open(dataDir);
  store = openVersionsStore(database, sealedRows());
}

async function close(): Promise<void> {
  await store.close();
  await database.close();
}

const walBytes = (): number => statSync(`${database.path}-wal`).size;

/** What a version left where no row was moved, of which any part of 16 bytes would tell. */
function traces({ payload }: NewVersion): readonly string[] {
  const [key, ciphertext] = [payload.wrappedKey, payload.ciphertext];
  const middle = Math.floor(ciphertext.length / 2);
  return [
    textOf(key.subarray(0, 16)),
    textOf(key.subarray(-16)),
    textOf(ciphertext.subarray(0, 16)),
    textOf(ciphertext.subarray(middle, middle + 16)),
    textOf(ciphertext.subarray(-16)),
  ];
}

function random(below: number): number {
  return Math.floor(Math.random() * below);
}

it('nothing is left of a version once it was destroyed', async () => {
  const versions = [40, 900, 100_000, 40].map((bytes, index) => sealed(index + 1, bytes));
  await store.record(versions);
  const { id = 0 } = (await store.history(newVersion(1).history)) ?? {};
  for (const version of [1, 2, 3]) {
    await store.setState(id, version, { from: ['live'], to: 'destroyed', nowMs: 1 });
    expect(walBytes()).toBe(0);
  }
  const left = filesText(database.path);
  for (const gone of versions.slice(0, 3)) {
    for (const trace of traces(gone)) expect(left.includes(trace)).toBe(false);
  }
  for (const trace of traces(versions[3] ?? sealed(4, 1))) {
    expect(left.includes(trace)).toBe(true);
  }
});

it('what was pruned is gone soon, also behind a reader of an older state', async () => {
  const reader = new DatabaseSync(database.path);
  const first = sealed(1, 5_000);
  await store.record([first, sealed(2, 100)]);
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM secret_versions').get();
  const third = sealed(3, 100);
  await store.record([{ ...third, limits: { ...third.limits, versionsMax: 2 } }]);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(filesText(database.path).includes(traces(first)[0] ?? '')).toBe(true);
  reader.close();
  await vi.waitFor(() => expect(walBytes()).toBe(0), { timeout: 10_000 });
  const left = filesText(database.path);
  for (const trace of traces(first)) expect(left.includes(trace)).toBe(false);
});

it(
  'no copy stays where rows were moved about, nor of keys that others took over',
  async () => {
    const gone: Uint8Array[] = [];
    const alive = new Map<string, Uint8Array>();
    const numbers = new Map<string, number>();
    for (let round = 0; round < scaled(2_000, 300); round += 1) {
      await recordSome(round % 25 === 0 ? 60 : 1);
      if (round % 5 === 0) await rewrapSome();
      if (round % 25 === 24) await destroySome(0.1);
    }
    await destroySome(1);
    expect(walBytes()).toBe(0);
    expect(piecesLeft(database.path, gone)).toBe(0);
    expect(new Set(copiesOf(database.path, alive.values()))).toEqual(new Set([1]));

    async function recordSome(count: number): Promise<void> {
      const made = Array.from({ length: count }, () => {
        const name = `s${random(12)}`;
        const version = (numbers.get(name) ?? 0) + 1;
        numbers.set(name, version);
        const one = sealed(version, 40 + Math.floor(Math.random() ** 4 * 9_000), { name });
        alive.set(`${name}/${version}`, one.payload.wrappedKey);
        const versionsMax = 6 + random(8);
        return { ...one, limits: { ...roomy, versionsMax, namespaceBytesMax: 600_000 } };
      });
      for (const result of await store.record(made)) {
        if (result.kind !== 'recorded') continue;
        for (const { history, versions } of result.pruned) {
          for (const one of versions) take(`${history.name}/${one}`);
        }
      }
    }

    function take(key: string): void {
      const wrapped = alive.get(key);
      if (wrapped !== undefined) gone.push(wrapped);
      alive.delete(key);
    }

    async function rewrapSome(): Promise<void> {
      const keyId = 'k'.repeat(1 + random(60));
      const rows = await store.wrappedOtherwise(keyId, { historyId: random(12), version: 0 }, 8);
      const rewrapped = rows.flatMap(({ historyId, version, name, payload }) => {
        if (payload === undefined) return [];
        take(`${name}/${version}`);
        const one = wrappedKey();
        alive.set(`${name}/${version}`, one);
        return [{ historyId, version, keyId, wrappedKey: one, from: payload }];
      });
      expect(await store.rewrap(rewrapped)).toBe(rewrapped.length);
    }

    async function destroySome(share: number): Promise<void> {
      for (const { id, name, currentVersion } of await store.all('ns-1', '', 100)) {
        for (const { version } of (await store.list(id, undefined, 100)).items) {
          if (version === currentVersion || Math.random() >= share) continue;
          await store.setState(id, version, { from: ['live'], to: 'destroyed', nowMs: 1 });
          take(`${name}/${version}`);
        }
      }
    }
  },
  LATE_MS_MAX,
);

it.each([
  ['VACUUM', vacuum],
  ['restored backup', restoreBackup],
])('no copy stays after a %s', async (_, rewrite) => {
  const versions = Array.from({ length: 450 }, (_one, index) => sealed(index + 1, random(900)));
  await store.record(versions);
  await record(sealed(451, 40), 400);
  await close();
  rewrite();
  await open();
  const alive = versions.slice(-399).map(({ payload }) => payload.wrappedKey);
  expect(new Set(copiesOf(database.path, alive))).toEqual(new Set([1]));
  await record(sealed(452, 40), 2);
  await vi.waitFor(() => expect(walBytes()).toBe(0), { timeout: 10_000 });
  const gone = versions.map(({ payload }) => payload.wrappedKey);
  expect(piecesLeft(database.path, gone)).toBe(0);
});

async function record(made: NewVersion, versionsMax: number): Promise<void> {
  await store.record([{ ...made, limits: { ...made.limits, versionsMax } }]);
}

/** By a SQLite that does not overwrite what it deletes. */
function vacuum(): void {
  const sqlite = new DatabaseSync(database.path);
  sqlite.exec('PRAGMA secure_delete = OFF; VACUUM');
  sqlite.close();
}

function restoreBackup(): void {
  const copy = backUpDatabase(dataDir, join(dataDir, 'copy'));
  rmSync(database.path);
  renameSync(copy, database.path);
}
