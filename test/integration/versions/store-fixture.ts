import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Database } from '../../../src/platform/storage/database.js';
import type { History } from '../../../src/versions/domain/version.js';
import type { NewVersion, VersionsStore } from '../../../src/versions/domain/versions.store.js';
import { openVersionsStore } from '../../../src/versions/open-versions-store.js';
import {
  type dialects,
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../postgres/test-storage.js';
import { sealedRows } from '../../unit/encryption/row-integrity.builder.js';

/** Histories in a database of their own, for each test of a suite. */
export interface StoreFixture {
  place: TestDatabase;
  database: Database;
  store: VersionsStore & { close(): Promise<void> };
}

export function storeFixture(dialect: (typeof dialects)[number]): StoreFixture {
  let storage: TestStorage;
  // Filled before each test, which is when anybody looks.
  const fixture = {} as StoreFixture;

  beforeAll(async () => {
    storage = await startStorage(dialect);
  });
  afterAll(() => storage.stop());

  beforeEach(async () => {
    fixture.place = await storage.create();
    fixture.database = await fixture.place.open();
    fixture.store = openVersionsStore(fixture.database, sealedRows());
  });
  afterEach(async () => {
    await fixture.store.close();
    await fixture.database.close();
    await fixture.place.remove();
  });
  return fixture;
}

/** The history that a version belongs to; it is there. */
export async function historyOf(store: VersionsStore, made: NewVersion): Promise<History> {
  const history = await store.history(made.history);
  if (history === undefined) throw new Error('there is no such history');
  return history;
}

/** Numbers of a history's versions, newest first. */
export async function numbersOf(store: VersionsStore, made: NewVersion): Promise<number[]> {
  const { id } = await historyOf(store, made);
  return (await store.list(id, undefined, 10_000)).items.map(({ version }) => version);
}

/** What the sizes in the table add up to; the sum that is kept must be that. */
export async function countedBytes({ place }: StoreFixture): Promise<number> {
  const [row] = await place.run('SELECT coalesce(sum(bytes), 0) AS bytes FROM secret_versions');
  return Number(row?.['bytes']);
}

/** What is kept as the size of each history. */
export function keptSums({ place }: StoreFixture): Promise<unknown> {
  return place.run('SELECT id, history_bytes AS bytes FROM secret_histories ORDER BY id');
}

/** What the sizes of its versions add up to. */
export function countedSums({ place }: StoreFixture): Promise<unknown> {
  return place.run(`SELECT id, CAST(coalesce((SELECT sum(bytes) FROM secret_versions
    WHERE history_id = secret_histories.id), 0) AS BIGINT) AS bytes
    FROM secret_histories ORDER BY id`);
}
