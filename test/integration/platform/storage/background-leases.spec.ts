import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BackgroundLeases } from '../../../../src/platform/storage/background-leases.js';
import type { Database } from '../../../../src/platform/storage/database.js';
import { StorageError } from '../../../../src/platform/storage/storage-error.js';
import {
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../../postgres/test-storage.js';

const leaseMs = 60_000;
const one = { name: 'work', holder: 'one' };
const two = { name: 'work', holder: 'two' };

describe('a lease of background work in PostgreSQL', () => {
  let storage: TestStorage;
  let place: TestDatabase;
  let database: Database;
  let others: Database[];
  let leases: BackgroundLeases;

  beforeAll(async () => {
    storage = await startStorage('postgres');
  });
  afterAll(() => storage.stop());

  beforeEach(async () => {
    place = await storage.create();
    database = await place.open();
    others = [];
    leases = new BackgroundLeases(database);
  });
  afterEach(async () => {
    for (const each of [database, ...others]) await each.close();
    await place.remove();
  });

  /** Returns leases as another process has them. */
  async function another(): Promise<BackgroundLeases> {
    const other = await place.open();
    others.push(other);
    return new BackgroundLeases(other);
  }

  const rows = () => place.run('SELECT name, holder, until_ms FROM background_leases');
  /** Ends the lease by the clock of the database. */
  const end = () => place.run('UPDATE background_leases SET until_ms = until_ms - 60001');
  const untilMs = async () => Number((await rows())[0]?.['until_ms']);

  it('is taken and renewed, by the clock of the database', async () => {
    const startMs = Date.now();
    expect(await leases.claim({ ...one, leaseMs })).toBe(true);
    const first = await untilMs();
    expect(first).toBeGreaterThanOrEqual(startMs + leaseMs - 5);
    expect(first).toBeLessThanOrEqual(Date.now() + leaseMs + 5);
    expect(await leases.claim({ ...one, leaseMs: 2 * leaseMs })).toBe(true);
    expect(await untilMs()).toBeGreaterThanOrEqual(first + leaseMs);
    expect(await rows()).toHaveLength(1);
  });

  it('is held against other processes', async () => {
    await leases.claim({ ...one, leaseMs });
    expect(await (await another()).claim({ ...two, leaseMs })).toBe(false);
    expect((await rows())[0]).toMatchObject({ holder: 'one' });
  });

  it('is taken over after its end, and not renewed by its former holder then', async () => {
    await leases.claim({ ...one, leaseMs });
    const next = await another();
    await end();
    expect(await next.claim({ ...two, leaseMs })).toBe(true);
    expect(await leases.claim({ ...one, leaseMs })).toBe(false);
    expect((await rows())[0]).toMatchObject({ holder: 'two' });
  });

  it('is free at once after its release, which another process cannot do', async () => {
    await leases.claim({ ...one, leaseMs });
    await leases.release(two);
    expect(await rows()).toHaveLength(1);
    await leases.release({ ...one, name: 'other work' });
    expect(await rows()).toHaveLength(1);
    await leases.release(one);
    await leases.release(one);
    expect(await rows()).toEqual([]);
    expect(await (await another()).claim({ ...two, leaseMs })).toBe(true);
  });

  it('is independent of the lease of other work', async () => {
    await leases.claim({ ...one, leaseMs });
    expect(await leases.claim({ name: 'other work', holder: 'two', leaseMs })).toBe(true);
    expect(await rows()).toHaveLength(2);
  });

  it('is an error while the database cannot be used', async () => {
    await place.run('ALTER TABLE background_leases RENAME TO renamed');
    await expect(leases.claim({ ...one, leaseMs })).rejects.toThrow(StorageError);
    await expect(leases.release(one)).rejects.toThrow(StorageError);
  });

  it('is gained by one of several processes that claim it at the same time', async () => {
    const processes = [leases];
    while (processes.length < 4) processes.push(await another());
    for (let round = 0; round < 5; round += 1) {
      const claims = await Promise.all(
        processes.map((each, index) => each.claim({ name: 'work', holder: `${index}`, leaseMs })),
      );
      expect(claims.filter(Boolean)).toHaveLength(1);
      expect((await rows())[0]).toMatchObject({ holder: `${claims.indexOf(true)}` });
      await end();
    }
  });
});

describe('a lease of background work in SQLite, which one process alone can use', () => {
  it('is free, and writes nothing, so that it never waits for a lock of the database', async () => {
    const storage = await startStorage('sqlite');
    const place = await storage.create();
    const database = await place.open();
    try {
      const leases = new BackgroundLeases(database);
      expect(await leases.claim({ ...one, leaseMs })).toBe(true);
      expect(await leases.claim({ ...two, leaseMs })).toBe(true);
      expect(await place.run('SELECT name FROM background_leases')).toEqual([]);
    } finally {
      await database.close();
      await place.remove();
      await storage.stop();
    }
  });
});
