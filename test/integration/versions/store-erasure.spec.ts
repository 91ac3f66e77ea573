import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SqliteDatabase } from '../../../src/storage/sqlite-database.js';
import type { NewVersion } from '../../../src/versions/domain/versions.store.js';
import { openVersionsStore } from '../../../src/versions/open-versions-store.js';
import { scaled } from '../../support/scale.js';
import { newVersion } from '../../unit/versions/domain/version.builder.js';

const KEY_BYTES = 48;

let dataDir: string;
let database: SqliteDatabase;
let store: ReturnType<typeof openVersionsStore>;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'sallyport-erasure-'));
  database = await SqliteDatabase.open(dataDir);
  store = openVersionsStore(database);
});

afterEach(async () => {
  await store.close();
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** All that lies in the files of the database, as one text of a character for each byte. */
function filesText(): string {
  const paths = [database.path, `${database.path}-wal`];
  return paths.map((path) => (existsSync(path) ? readFileSync(path, 'latin1') : '')).join('\n');
}

const walBytes = (): number => statSync(`${database.path}-wal`).size;
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** What a version left, of which any part of 16 bytes would tell. */
function traces({ payload: { wrappedKey, ciphertext } }: NewVersion): readonly string[] {
  const middle = Math.floor(ciphertext.length / 2);
  return [
    text(wrappedKey.subarray(0, 16)),
    text(wrappedKey.subarray(-16)),
    text(ciphertext.subarray(0, 16)),
    text(ciphertext.subarray(middle, middle + 16)),
    text(ciphertext.subarray(-16)),
  ];
}

function sealed(version: number, bytes: number, name = 'db'): NewVersion {
  const payload = { wrappedKey: randomBytes(KEY_BYTES), ciphertext: randomBytes(bytes) };
  return newVersion(version, { name, payload });
}

it('nothing is left of a version once it was destroyed', async () => {
  const versions = [40, 900, 100_000, 40].map((bytes, index) => sealed(index + 1, bytes));
  await store.record(versions);
  const { id = 0 } = (await store.history(newVersion(1).history)) ?? {};
  for (const version of [1, 2, 3]) {
    await store.setState(id, version, { from: ['live'], to: 'destroyed', nowMs: 1 });
    expect(walBytes()).toBe(0);
  }
  const left = filesText();
  for (const gone of versions.slice(0, 3)) {
    for (const trace of traces(gone)) expect(left.includes(trace)).toBe(false);
  }
  for (const trace of traces(versions[3] ?? sealed(4, 1)).slice(0, 2)) {
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
  expect(filesText().includes(traces(first)[0] ?? '')).toBe(true);
  reader.close();
  await vi.waitFor(() => expect(walBytes()).toBe(0), { timeout: 10_000 });
  const left = filesText();
  for (const trace of traces(first)) expect(left.includes(trace)).toBe(false);
});

it('no copy stays where rows were moved about, nor of keys that others took over', async () => {
  const gone: string[] = [];
  const alive = new Map<string, NewVersion>();
  const numbers = new Map<string, number>();
  for (let round = 0; round < scaled(2_000, 300); round += 1) {
    const name = `s${Math.floor(Math.random() * 12)}`;
    const version = (numbers.get(name) ?? 0) + 1;
    numbers.set(name, version);
    const bytes = 40 + Math.floor(Math.random() ** 4 * 9_000);
    const made = sealed(version, bytes, name);
    const [result] = await store.record([
      { ...made, limits: { versionsMax: 6, ageMsMax: undefined, namespaceBytesMax: 300_000 } },
    ]);
    alive.set(`${name}/${version}`, made);
    const pruned = result?.kind === 'recorded' ? result.pruned : [];
    for (const { history, versions } of pruned) {
      for (const one of versions) take(`${history.name}/${one}`);
    }
    if (round % 5 === 0) await rewrapSome();
  }
  await destroyAll();
  const left = filesText();
  expect(gone.filter((trace) => left.includes(trace)).length).toBe(0);

  function take(key: string): void {
    const made = alive.get(key);
    if (made !== undefined) gone.push(...traces(made));
    alive.delete(key);
  }

  async function rewrapSome(): Promise<void> {
    const keyId = 'k'.repeat(1 + Math.floor(Math.random() * 60));
    const rows = await store.wrappedOtherwise(keyId, { historyId: 0, version: 0 }, 4);
    const rewrapped = rows.flatMap(({ historyId, version, name, payload }) => {
      const key = `${name}/${version}`;
      const made = alive.get(key);
      if (payload === undefined || made === undefined) return [];
      const wrappedKey = randomBytes(KEY_BYTES + Math.floor(Math.random() * 100));
      gone.push(...traces(made).slice(0, 2));
      alive.set(key, { ...made, payload: { ...made.payload, wrappedKey } });
      return [{ historyId, version, keyId, wrappedKey, from: payload }];
    });
    expect(await store.rewrap(rewrapped)).toBe(rewrapped.length);
  }

  async function destroyAll(): Promise<void> {
    for (const { id, name, currentVersion } of await store.all('ns-1', '', 100)) {
      for (const { version } of (await store.list(id, undefined, 100)).items) {
        if (version === currentVersion) continue;
        await store.setState(id, version, { from: ['live'], to: 'destroyed', nowMs: 1 });
        take(`${name}/${version}`);
      }
    }
  }
});
