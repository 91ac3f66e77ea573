import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import { SqlVersionsStore } from '../../../src/versions/sql-versions.store.js';
import type { TestDatabase } from '../../postgres/test-storage.js';
import { scaled } from '../../support/scale.js';
import { type Ring, RingFixture } from './ring-fixture.js';
import { openAll, recordSealed } from './sealed-versions.js';
import { sealedRows } from '../../unit/encryption/row-integrity.builder.js';

const KILLS = scaled(100);
const VERSIONS = 4_000;
const module = new URL('./rewrap-child.ts', import.meta.url).pathname;
const hooks = new URL('../../ts-hooks.mjs', import.meta.url).pathname;

let fixture: RingFixture;

beforeEach(() => {
  const test: TestDatabase = {
    open: () => SqliteDatabase.open(fixture.dataDir),
    run: () => Promise.resolve([]),
    remove: () => Promise.resolve(),
  };
  fixture = new RingFixture(test);
});
afterEach(() => fixture.remove());

/** Rewraps in a process of its own, until that has told so many lines and a moment has passed. */
async function rewrapAndKill(lines: number): Promise<boolean> {
  const child = spawn(process.execPath, ['--import', hooks, module, fixture.dataDir]);
  const exit = once(child, 'exit');
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  let told = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text.split('\n').length - 1;
    if (told >= lines) void delay(Math.random() * 15).then(() => child.kill('SIGKILL'));
  });
  const [code, signal] = (await exit) as [number | null, string | null];
  expect(code ?? 0, said.join('')).toBe(0);
  return signal === 'SIGKILL';
}

async function within<T>(use: (opened: Ring, store: SqlVersionsStore) => Promise<T>): Promise<T> {
  const opened = await fixture.open();
  try {
    return await use(opened, new SqlVersionsStore(opened.database, sealedRows()));
  } finally {
    await opened.close();
  }
}

/** Threat F8. */
it(
  'leaves each version under exactly one key that opens it, wherever a rewrap is killed',
  async () => {
    await within(({ ring }, store) => recordSealed(ring, store, VERSIONS));
    let partial = 0;
    for (let kills = 0; kills < KILLS;) {
      const left = await within(async ({ ring }, store) => {
        const opened = await openAll(ring, store);
        expect(await store.keyUse()).toEqual(opened);
        expect([...opened.values()].reduce((sum, count) => sum + count, 0)).toBe(VERSIONS);
        const others = VERSIONS - (opened.get(ring.activeKeyId) ?? 0);
        if (others > 0 && others < VERSIONS) partial += 1;
        if (others === 0) await ring.rotate();
        return others === 0 ? VERSIONS : others;
      });
      const batches = Math.ceil(left / 500);
      if (await rewrapAndKill(1 + Math.floor(Math.random() * batches))) kills += 1;
    }
    expect(partial).toBeGreaterThan(0);
    // The last one is left alone, and finishes what the others began.
    expect(await rewrapAndKill(Infinity)).toBe(false);
    await within(async ({ ring }, store) => {
      expect(await openAll(ring, store)).toEqual(new Map([[ring.activeKeyId, VERSIONS]]));
    });
  },
  10 * 60_000,
);
