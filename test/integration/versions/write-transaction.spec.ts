import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { writeHistories } from '../../../src/versions/store/write-transaction.js';
import { storeFixture } from './store-fixture.js';

const FULL = 2;
const NORMAL = 1;
const fixture = storeFixture('sqlite');

/** How a commit of the connection waits for the disk just now. */
async function levelIn(wish?: { readonly isSyncedLater: boolean }): Promise<unknown> {
  return writeHistories(
    fixture.database,
    async (db) => {
      const { rows } = await sql<{ synchronous: number }>`PRAGMA synchronous`.execute(db);
      return rows[0]?.synchronous;
    },
    wish,
  );
}

it('waits for the disk, unless what it follows is told again', async () => {
  expect(await levelIn()).toBe(FULL);
  expect(await levelIn({ isSyncedLater: true })).toBe(NORMAL);
  expect(await levelIn()).toBe(FULL);
});

it('leaves a connection that waits for the disk, also where it fails', async () => {
  const failing = writeHistories(
    fixture.database,
    () => Promise.reject(new Error('it could not be written')),
    { isSyncedLater: true },
  );
  await expect(failing).rejects.toThrow('it could not be written');
  const { rows } = await fixture.database.query((db) =>
    sql<{ synchronous: number }>`PRAGMA synchronous`.execute(db),
  );
  expect(rows).toEqual([{ synchronous: FULL }]);
});
