import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { announcementOf } from '../../../src/core/announced-id.js';
import { WorkersWorld } from './workers-world.js';

let world: WorkersWorld;

beforeAll(async () => {
  world = await WorkersWorld.open();
});

afterAll(() => world?.close());

/** What each event lists of calls to the cluster. */
function listed(): readonly string[] {
  const file = join(dirname(world.folder), 'sallyport.db');
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const upstream = `CAST(event AS TEXT) ->> '$.annotations."sallyport.dev/upstream-ids"'`;
    const rows = database.prepare(`SELECT ${upstream} AS ids FROM audit_entries`).all();
    return rows.flatMap(({ ids }) => (typeof ids === 'string' ? [ids] : []));
  } finally {
    database.close();
  }
}

/** Guarantee: also of a worker no id can be known before its call, nor is one used twice. */
it('each process announces its watches by hashes, before it makes them', async () => {
  const used: string[] = [];
  const missing: string[] = [];
  const plain: string[] = [];
  world.proxy.onRequest = ({ path, rawHeaders }) => {
    const isWatch = new URL(path, 'http://cluster').searchParams.get('watch') !== null;
    if (!isWatch || !path.split('?', 1)[0]?.endsWith('/secrets')) return;
    const id = rawHeaders[rawHeaders.indexOf('Audit-ID') + 1] ?? '';
    used.push(id);
    const text = listed().join(',');
    if (!text.includes(announcementOf(id))) missing.push(id);
    if (text.includes(id)) plain.push(id);
  };
  await world.gateway();
  const announcing = () => listed().filter((ids) => ids.includes('sha256:'));
  // The history and the cache of the main process, and the cache of each worker.
  const isThere = { timeout: 60_000 };
  await expect.poll(() => announcing().length, isThere).toBeGreaterThanOrEqual(4);
  await expect.poll(() => used.length, isThere).toBeGreaterThanOrEqual(4);
  expect(new Set(used).size).toBe(used.length);
  expect([missing, plain]).toEqual([[], []]);
  const announced = announcing().flatMap((ids) => ids.split(','));
  expect(new Set(announced).size).toBe(announced.length);
}, 120_000);
