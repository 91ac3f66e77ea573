// Records, wraps anew, destroys and prunes, more of it than SQLite keeps in its page cache, so that
// a test can see which files that takes.
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import { openVersionsStore } from '../../../src/versions/open-versions-store.js';
import type { NewVersion } from '../../../src/versions/domain/versions.store.js';
import { sealed, wrappedKey } from './erasure-traces.js';
import { sealedRows } from '../../unit/encryption/row-integrity.builder.js';

const [dataDir = ''] = process.argv.slice(2);
const database = await SqliteDatabase.open(dataDir);
const store = openVersionsStore(database, sealedRows());

const small = Array.from({ length: 450 }, (_, index) => sealed(index + 1, 3_000));
const large = [1, 2, 3].map((version) => sealed(version, 3_000_000, { name: 'large' }));
await store.record(small);
await store.record(large);
await rewrap();
await destroyLarge();
await prune(sealed(451, 40), 2);
await prune(sealed(4, 40, { name: 'large' }), 2);
await store.record(Array.from({ length: 400 }, (_, index) => sealed(index + 452, 3_000)));
await store.close();
await database.close();
process.stdout.write('done');

async function rewrap(): Promise<void> {
  const rows = await store.wrappedOtherwise('key-2', { historyId: 0, version: 0 }, 500);
  await store.rewrap(
    rows.flatMap(({ historyId, version, payload }) => {
      if (payload === undefined) return [];
      return [{ historyId, version, keyId: 'key-2', wrappedKey: wrappedKey(), from: payload }];
    }),
  );
}

async function destroyLarge(): Promise<void> {
  const { id = 0 } = (await store.history(sealed(1, 1, { name: 'large' }).history)) ?? {};
  await store.setState(id, 1, { from: ['live'], to: 'destroyed', nowMs: 1 });
}

async function prune(made: NewVersion, versionsMax: number): Promise<void> {
  await store.record([{ ...made, limits: { ...made.limits, versionsMax } }]);
}
