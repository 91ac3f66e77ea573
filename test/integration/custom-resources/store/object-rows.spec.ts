import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ObjectRows } from '../../../../src/custom-resources/store/object-rows.js';
import { ObjectScan } from '../../../../src/custom-resources/store/object-scan.js';
import type { Database } from '../../../../src/platform/storage/database.js';
import {
  dialects,
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../../postgres/test-storage.js';
import { rowIntegrity } from '../../../unit/encryption/row-integrity.builder.js';

const share = { uid: 'p', resource: 'secretshares' };
const other = { uid: 'q', resource: 'secretimports' };
const alice = { username: 'alice', uid: 'u', groups: ['dev'], extra: { scope: ['a'] } };
const bob = { username: 'bob', uid: 'v', groups: [], extra: {} };
const nobody = { specHash: null, author: null };
const seen = (times: number) => ({ seen: { times, names: ['one'] } });

describe.each(dialects)('what is known of custom resources in %s', (dialect) => {
  let storage: TestStorage;
  let place: TestDatabase;
  let database: Database;
  let others: Database[];
  let rows: ObjectRows;
  let scan: ObjectScan;
  const alarms: string[] = [];

  beforeAll(async () => {
    storage = await startStorage(dialect);
  });
  afterAll(() => storage.stop());

  beforeEach(async () => {
    place = await storage.create();
    database = await place.open();
    others = [];
    alarms.length = 0;
    rows = rowsOver(database);
    scan = new ObjectScan(database, rowIntegrity());
  });
  afterEach(async () => {
    for (const one of [database, ...others]) await one.close();
    await place.remove();
  });

  function rowsOver(over: Database): ObjectRows {
    return new ObjectRows(over, rowIntegrity(alarms));
  }

  /** Rows as another process of PostgreSQL has them; those of the same process on SQLite. */
  async function another(): Promise<ObjectRows> {
    if (dialect === 'sqlite') return rows;
    const other = await place.open();
    others.push(other);
    return rowsOver(other);
  }

  /** Rows between whose first two queries another step happens. */
  function interruptedBy(step: () => Promise<unknown>): ObjectRows {
    const { dialect: same, writers, location } = database;
    let isDone = false;
    return rowsOver({
      ...{ dialect: same, writers, location, close: () => database.close() },
      query: async (run, pace) => {
        const result = await database.query(run, pace);
        if (!isDone) await step();
        isDone = true;
        return result;
      },
    });
  }

  async function foreign(): Promise<readonly string[]> {
    return (await scan.next('')).flatMap(({ key, isOurs }) => (isOurs ? [] : [key]));
  }

  it('has an author and facts, each stored without the other', async () => {
    expect(await rows.get('p')).toBeUndefined();
    await rows.saveAuthor(share, { specHash: 'one', author: alice });
    expect(await rows.get('p')).toEqual({ uid: 'p', specHash: 'one', author: alice, facts: null });
    expect(await rows.saveFacts(share, { before: null, after: seen(1) })).toBe(true);
    await rows.saveAuthor(share, { specHash: 'two', author: bob });
    expect(await rows.saveFacts(other, { before: null, after: seen(2) })).toBe(true);
    const all = { uid: 'p', specHash: 'two', author: bob, facts: seen(1) };
    expect(await (await another()).get('p')).toEqual(all);
    expect(await rows.get('q')).toEqual({ uid: 'q', ...nobody, facts: seen(2) });
    expect(await foreign()).toEqual([]);
    await rows.remove('p');
    expect(await rows.get('p')).toBeUndefined();
    expect(await rows.get('q')).toBeDefined();
    expect(alarms).toEqual([]);
  });

  it('survives that the database is opened again', async () => {
    await rows.saveAuthor(share, { specHash: 'one', author: alice });
    await rows.saveFacts(share, { before: null, after: seen(1) });
    await database.close();
    database = await place.open();
    const all = { uid: 'p', specHash: 'one', author: alice, facts: seen(1) };
    expect(await rowsOver(database).get('p')).toEqual(all);
  });

  it.each([
    `author = '${JSON.stringify({ ...alice, username: 'root' })}'`,
    `author = NULL`,
    `spec_hash = 'two'`,
    `author_mac = NULL`,
  ])('has no author that no gateway has written: %s', async (change) => {
    await rows.saveAuthor(share, { specHash: 'one', author: alice });
    await rows.saveFacts(share, { before: null, after: seen(1) });
    await place.run(`UPDATE custom_resources SET ${change}`);
    expect(await rows.get('p')).toEqual({ uid: 'p', ...nobody, facts: seen(1) });
    expect(alarms).toEqual([expect.stringContaining('custom_resource_authors "p"')]);
    expect(await foreign()).toEqual(['p']);
    await rows.saveAuthor(share, { specHash: 'two', author: bob });
    expect(await rows.get('p')).toMatchObject({ specHash: 'two', author: bob });
  });

  it.each([`facts = '{"seen":9}'`, `facts = 'no JSON'`, 'facts_mac = NULL'])(
    'has no facts that no gateway has written, and replaces them: %s',
    async (change) => {
      await rows.saveAuthor(share, { specHash: 'one', author: alice });
      await rows.saveFacts(share, { before: null, after: seen(1) });
      await place.run(`UPDATE custom_resources SET ${change}`);
      const all = { uid: 'p', specHash: 'one', author: alice, facts: null };
      expect(await rows.get('p')).toEqual(all);
      expect(alarms).toEqual([expect.stringContaining('custom_resource_facts "p"')]);
      expect(await foreign()).toEqual(['p']);
      expect(await rows.saveFacts(share, { before: seen(1), after: seen(2) })).toBe(false);
      expect(await rows.saveFacts(share, { before: null, after: seen(2) })).toBe(true);
      expect(await rows.get('p')).toEqual({ ...all, facts: seen(2) });
    },
  );

  it('has nothing of another object, and nothing of another kind', async () => {
    await rows.saveAuthor(share, { specHash: 'one', author: alice });
    await rows.saveFacts(share, { before: null, after: seen(1) });
    await rows.saveAuthor(other, { specHash: 'two', author: bob });
    await rows.saveFacts(other, { before: null, after: seen(2) });
    await place.run(`UPDATE custom_resources
      SET uid = CASE uid WHEN 'p' THEN 'x' WHEN 'q' THEN 'y' END`);
    await place.run(`UPDATE custom_resources SET uid = CASE uid WHEN 'x' THEN 'q' ELSE 'p' END`);
    for (const uid of ['p', 'q'])
      expect(await rows.get(uid)).toEqual({ uid, ...nobody, facts: null });
    await rows.saveAuthor(share, { specHash: 'one', author: alice });
    await place.run(`UPDATE custom_resources SET resource = 'secretimports' WHERE uid = 'p'`);
    expect(await rows.get('p')).toEqual({ uid: 'p', ...nobody, facts: null });
    expect(await foreign()).toEqual(['p', 'q']);
  });

  it('has what an operator adopts', async () => {
    await rows.saveAuthor(share, { specHash: 'one', author: alice });
    await rows.saveFacts(share, { before: null, after: seen(1) });
    await rows.saveFacts(other, { before: null, after: seen(2) });
    await place.run('UPDATE custom_resources SET author_mac = NULL, facts_mac = NULL');
    expect(await foreign()).toEqual(['p', 'q']);
    for (const row of await scan.next('')) await row.adopt();
    expect(await foreign()).toEqual([]);
    const all = { uid: 'p', specHash: 'one', author: alice, facts: seen(1) };
    expect(await rows.get('p')).toEqual(all);
    expect(await rows.get('q')).toEqual({ uid: 'q', ...nobody, facts: seen(2) });
  });

  it('is changed by one of several writers that know the same facts', async () => {
    const writers = [rows, await another(), rows, await another()];
    const write = (before: ReturnType<typeof seen> | null, first: number) =>
      Promise.all(
        writers.map((one, index) => one.saveFacts(share, { before, after: seen(first + index) })),
      );
    const begun = await write(null, 10);
    expect(begun.filter(Boolean)).toHaveLength(1);
    const first = seen(10 + begun.indexOf(true));
    expect(await rows.get('p')).toMatchObject({ facts: first });
    const moved = await write(first, 20);
    expect(moved.filter(Boolean)).toHaveLength(1);
    expect(await rows.get('p')).toMatchObject({ facts: seen(20 + moved.indexOf(true)) });
    expect(await rows.saveFacts(share, { before: null, after: first })).toBe(false);
    expect(await rows.saveFacts(share, { before: first, after: first })).toBe(false);
  });

  it('has no new facts if another writer changes or deletes them after they are read', async () => {
    await rows.saveFacts(share, { before: null, after: seen(1) });
    const change = { before: seen(1), after: seen(2) };
    const changed = interruptedBy(() => rows.saveFacts(share, { ...change, after: seen(3) }));
    expect(await changed.saveFacts(share, change)).toBe(false);
    expect(await rows.get('p')).toMatchObject({ facts: seen(3) });
    const removed = interruptedBy(() => rows.remove('p'));
    expect(await removed.saveFacts(share, { before: seen(3), after: seen(4) })).toBe(false);
    expect(await rows.get('p')).toBeUndefined();
    const created = interruptedBy(() => rows.saveFacts(share, { before: null, after: seen(5) }));
    expect(await created.saveFacts(share, { before: null, after: seen(6) })).toBe(false);
    expect(await rows.get('p')).toMatchObject({ facts: seen(5) });
  });

  it('has new facts also if another writer creates the row, or deletes it without facts', async () => {
    const author = { specHash: 'one', author: alice };
    const created = interruptedBy(() => rows.saveAuthor(share, author));
    expect(await created.saveFacts(share, { before: null, after: seen(1) })).toBe(true);
    expect(await rows.get('p')).toEqual({ uid: 'p', ...author, facts: seen(1) });
    await rows.saveAuthor(other, author);
    const removed = interruptedBy(() => rows.remove('q'));
    expect(await removed.saveFacts(other, { before: null, after: seen(2) })).toBe(true);
    expect(await rows.get('q')).toEqual({ uid: 'q', ...nobody, facts: seen(2) });
  });

  it('is listed by kind and uid, in pages, as far as facts are recorded', async () => {
    for (const uid of ['c', 'a', 'b']) {
      await rows.saveFacts({ ...share, uid }, { before: null, after: seen(1) });
    }
    await rows.saveFacts(other, { before: null, after: seen(2) });
    await rows.saveAuthor({ ...share, uid: 'd' }, { specHash: 'one', author: alice });
    const list = async (after: string, limit = 2) =>
      (await (await another()).list('secretshares', { after, limit })).map(({ uid }) => uid);
    expect([await list(''), await list('b'), await list('c')]).toEqual([['a', 'b'], ['c'], []]);
    await place.run(`UPDATE custom_resources SET facts = '{"seen":9}' WHERE uid = 'a'`);
    const [first] = await rows.list('secretshares', { after: '', limit: 1 });
    expect(first).toEqual({ uid: 'a', ...nobody, facts: null });
    expect(alarms).toEqual([expect.stringContaining('custom_resource_facts "a"')]);
  });

  it('has equal facts in any order of their members', async () => {
    await rows.saveFacts(share, { before: null, after: { a: 1, b: { c: 2, d: undefined } } });
    const before = { b: { c: 2 }, a: 1, e: undefined };
    expect(await rows.saveFacts(share, { before, after: {} })).toBe(true);
    expect(await rows.get('p')).toMatchObject({ facts: {} });
    expect(await rows.saveFacts(share, { before: null, after: seen(1) })).toBe(false);
  });

  it('has names that a database refuses', async () => {
    const odd = 'a\0b\ud800';
    const object = { uid: `p${odd}`, resource: `secretshares${odd}` };
    const author = { username: odd, uid: odd, groups: [odd], extra: { [odd]: [odd] } };
    await rows.saveAuthor(object, { specHash: odd, author });
    expect(await rows.saveFacts(object, { before: null, after: { [odd]: odd } })).toBe(true);
    expect(await rows.get(object.uid)).toMatchObject({ author, facts: { [odd]: odd } });
    expect(await rows.saveFacts(object, { before: { [odd]: odd }, after: {} })).toBe(true);
    expect(await foreign()).toEqual([]);
    await rows.remove(object.uid);
    expect(await rows.get(object.uid)).toBeUndefined();
    expect(alarms).toEqual([]);
  });

  it('is Unavailable while the database cannot be used', async () => {
    await place.run('ALTER TABLE custom_resources RENAME TO renamed');
    const calls = [
      () => rows.get('p'),
      () => rows.saveAuthor(share, { specHash: 'one', author: alice }),
      () => rows.saveFacts(share, { before: null, after: {} }),
      () => rows.list('secretshares', { after: '', limit: 1 }),
      () => rows.remove('p'),
    ];
    const message = 'what is known of custom resources cannot be read or written';
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({ code: 'Unavailable', message });
    }
  });
});
