import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PostgresDatabase } from '../../../src/platform/storage/postgres/postgres-database.js';
import type { NewVersion, VersionsStore } from '../../../src/versions/domain/versions.store.js';
import { openVersionsStore } from '../../../src/versions/open-versions-store.js';
import { PostgresServer } from '../../postgres/postgres-server.js';
import { scaled } from '../../support/scale.js';
import { newVersion, type VersionWish } from '../../unit/versions/domain/version.builder.js';
import { historyOf, numbersOf } from './store-fixture.js';
import { sealedRows } from '../../unit/encryption/row-integrity.builder.js';

const REQUESTS_MAX = 20;

describe('two gateways that record what both see, on one PostgreSQL', () => {
  let server: PostgresServer;
  let databases: PostgresDatabase[];
  let here: VersionsStore;
  let there: VersionsStore;

  beforeAll(async () => {
    // Shorter than the limit of a request, so that a deadlock is never reported as a timeout.
    server = await PostgresServer.start({ deadlock_timeout: '100ms' });
  });
  afterAll(() => server.stop());

  beforeEach(async () => {
    const url = await server.createDatabase();
    databases = [await PostgresDatabase.open(url), await PostgresDatabase.open(url)];
    const [first, second] = databases.map((database) => openVersionsStore(database, sealedRows()));
    if (first === undefined || second === undefined) throw new Error('there are two');
    [here, there] = [first, second];
  });
  afterEach(() => Promise.all(databases.map((database) => database.close())));

  /** Seals anew for the number that comes next, as long as somebody else was faster. */
  async function insist(store: VersionsStore, made: NewVersion): Promise<'recorded' | 'known'> {
    for (;;) {
      const version = ((await store.history(made.history))?.lastVersion ?? 0) + 1;
      const [result] = await store.record([{ ...made, version }]);
      if (result?.kind === 'recorded' || result?.kind === 'known') return result.kind;
    }
  }

  /** Repeats a request that waited too long for a lock on a busy machine; other errors fail. */
  async function patiently(request: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await request();
        return;
      } catch (error) {
        if (attempt === REQUESTS_MAX || !`${error}`.includes('timeout')) throw error;
      }
    }
  }

  it('have one version for each state, in order, and each is recorded once', async () => {
    const count = scaled(1_000, 100);
    const states = Array.from({ length: count }, (_, index) => newVersion(index + 1));
    const follow = async (store: VersionsStore) => {
      const fates: string[] = [];
      for (const state of states) fates.push(await insist(store, state));
      return fates;
    };
    const fates = await Promise.all([follow(here), follow(there)]);
    expect(fates.flat().filter((one) => one === 'recorded')).toHaveLength(count);
    const numbers = states.map(({ version }) => version).toReversed();
    expect(await numbersOf(here, newVersion(1))).toEqual(numbers);
    const history = await historyOf(here, newVersion(1));
    expect(history).toMatchObject({ currentVersion: count, previousVersion: count - 1 });
    const { items } = await there.list(history.id, undefined, count);
    expect(items.map((one) => one.resourceVersion)).toEqual(numbers.map((n) => String(n * 100)));
  });

  it('never wait for each other for ever, in whatever order they come', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const uids = ['ns-1', 'ns-2', 'ns-3'];
    const wishes: VersionWish[] = uids.flatMap((namespaceUid) =>
      names.map((name) => ({ namespaceUid, name, limits: { versionsMax: 3 } })),
    );
    const run = async (store: VersionsStore, order: readonly VersionWish[]) => {
      for (let version = 1; version <= scaled(200, 20); version += 1) {
        await store.record(order.map((wish) => newVersion(version, wish)));
        const { history, secretUid } = newVersion(version, order[0]);
        const { id } = await historyOf(store, newVersion(1, order[0]));
        await patiently(() => store.setAlias(id, 'good', version));
        await store.attribute(secretUid, `${version * 100}`, { door: 'rest', username: 'u' });
        const destroyed = { from: ['live'], to: 'destroyed', nowMs: 1 } as const;
        await patiently(() => store.setState(id, version - 1, destroyed));
        await store.moveOn(history, secretUid, `${version * 100 + 1}`);
      }
    };
    await Promise.all([run(here, wishes), run(there, wishes.toReversed()), run(here, wishes)]);
    for (const wish of wishes) {
      const { lastVersion } = await historyOf(here, newVersion(1, wish));
      expect(lastVersion).toBe(scaled(200, 20));
    }
    const [sum] = await server.run(
      'SELECT sum(bytes)::bigint::text AS bytes FROM secret_versions',
      databases[0]?.location.dialect === 'postgres' ? databases[0].location.url : '',
    );
    expect(await here.bytes()).toBe(Number(sum?.['bytes']));
  });
});
