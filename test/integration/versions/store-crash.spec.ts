import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStorage } from '../../../src/platform/storage/open-storage.js';
import { openVersionsStore } from '../../../src/versions/open-versions-store.js';
import { PostgresServer } from '../../postgres/postgres-server.js';
import { scaled } from '../../support/scale.js';
import { newVersion } from '../../unit/versions/domain/version.builder.js';
import { sealedRows } from '../../unit/encryption/row-integrity.builder.js';

const ROUNDS = scaled(100, 2);
const LATE_MS_MAX = 1_800_000;
const KEPT = 12;

describe('kill -9 while versions are recorded', () => {
  let dataDir: string;
  let child: ChildProcess | undefined;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'sallyport-crash-'));
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  /** Lets a process record for a moment, and kills it; returns the last number it told. */
  async function recordAndKill(url: string): Promise<number> {
    const module = new URL('./record-child.ts', import.meta.url).pathname;
    const hooks = new URL('../../ts-hooks.mjs', import.meta.url).pathname;
    child = spawn(process.execPath, ['--import', hooks, module, url, dataDir]);
    const told: string[] = [];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => told.push(text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => told.push(text));
    while (!told.join('').includes('recorded')) {
      expect(child.exitCode, told.join('')).toBeNull();
      await delay(10);
    }
    await delay(Math.random() * 200);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    return Math.max(
      ...[...told.join('').matchAll(/^recorded (\d+)\n/gm)].map(([, n]) => Number(n)),
    );
  }

  async function expectWhole(url: string, acknowledged: number): Promise<void> {
    const database = await openStorage(url, dataDir);
    const store = openVersionsStore(database, sealedRows());
    const { history } = newVersion(1);
    const found = await store.history(history);
    const twin = await store.history({ ...history, name: 'twin' });
    const last = found?.lastVersion ?? 0;
    expect(last).toBeGreaterThanOrEqual(acknowledged);
    expect(twin?.lastVersion).toBe(last);
    expect(await store.watchCursor('secrets')).toBe(String(last));
    let bytes = 0;
    for (const { id } of [found, twin].filter((one) => one !== undefined)) {
      const { items } = await store.list(id, undefined, 100);
      const kept = Math.min(KEPT, last);
      const numbers = items.map(({ version }) => version);
      expect(numbers).toEqual(Array.from({ length: kept }, (_, index) => last - index));
      for (const { version } of items) {
        const { ciphertext } = (await store.get(id, version))?.payload ?? {};
        expect(new Uint8Array(ciphertext ?? [])).toEqual(new Uint8Array(20_000).fill(version));
        bytes += 20_000;
      }
    }
    expect(await store.bytes()).toBeGreaterThan(bytes);
    await store.close();
    await database.close();
  }

  it(
    `${ROUNDS} times on SQLite: all that was told is there, and every version is whole`,
    async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        await expectWhole('sqlite:', await recordAndKill('sqlite:'));
      }
    },
    LATE_MS_MAX,
  );

  it(
    `${ROUNDS} times on PostgreSQL: all that was told is there, and every version is whole`,
    async () => {
      const server = await PostgresServer.start();
      try {
        const url = await server.createDatabase();
        for (let round = 0; round < ROUNDS; round += 1) {
          await expectWhole(url, await recordAndKill(url));
        }
      } finally {
        await server.stop();
      }
    },
    LATE_MS_MAX,
  );
});
