import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.js';
import { SystemClock } from '../../../src/core/clock.js';
import { keyUse } from '../../../src/encryption/key-use.js';
import { openKeyRing } from '../../../src/encryption/open-key-ring.js';
import type { StoredKeyRing } from '../../../src/encryption/stored-key-ring.js';
import { encryptionSettings } from '../../../src/platform/config/encryption-settings.js';
import type { Database } from '../../../src/platform/storage/database.js';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import { sealedOf, sealingKeyBinding } from '../../../src/sealing/store/sealing-key-rows.js';

const PRIVATE_KEY = Buffer.from('private key');
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-keys-sealing-'));
  writeFileSync(join(dir, 'sallyport.yaml'), stringify({ dataDir: join(dir, 'data') }));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function keysCommand(...args: string[]) {
  const told = { out: '', err: '' };
  const code = await run(['keys', ...args, '--config', join(dir, 'sallyport.yaml')], {
    out: (text) => void (told.out += text),
    err: (text) => void (told.err += text),
    isTerminal: false,
  });
  return { code, ...told };
}

async function within<T>(
  use: (at: { readonly ring: StoredKeyRing; readonly database: Database }) => Promise<T>,
): Promise<T> {
  const dataDir = join(dir, 'data');
  const database = await SqliteDatabase.open(dataDir);
  const ring = await openKeyRing(
    { dataDir, encryption: encryptionSettings.parse({}) },
    {
      ...{ database, clock: new SystemClock(), keyUse: () => keyUse(database) },
      ...{ record: () => Promise.resolve(), onAlarm: () => undefined },
    },
  );
  try {
    return await use({ ring, database });
  } finally {
    await ring.close();
    await database.close();
  }
}

async function storeKey(generation: number): Promise<void> {
  await within(async ({ ring, database }) => {
    const sealed = ring.seal(PRIVATE_KEY, sealingKeyBinding({ generation }));
    const { keyId, wrappedKey, ciphertext } = sealed;
    const wrapped = { key_id: keyId, wrapped_key: wrappedKey, ciphertext };
    const row = { generation, certificate: 'pem', created_ms: 1, ...wrapped, mac: null };
    await database.query((db) => db.insertInto('sealing_keys').values(row).execute());
  });
}

describe('the commands for keys', () => {
  it('retire no key that a key for sealed values is under, but move that', async () => {
    await storeKey(1);
    expect((await keysCommand('rotate')).code).toBe(0);
    await storeKey(2);
    expect((await keysCommand('list')).out).toMatch(/^embedded\.1 .* decrypt-only .* 1$/m);
    const rewrapped = await keysCommand('rewrap', '--retire');
    expect(rewrapped).toMatchObject({ code: 0, err: '' });
    expect(rewrapped.out).toContain('1 keys for sealed values are under embedded.2 now\n');
    expect(rewrapped.out).toContain('embedded.1 is retired\n');
    await within(async ({ ring, database }) => {
      const rows = await database.query((db) =>
        db.selectFrom('sealing_keys').selectAll().orderBy('generation').execute(),
      );
      const opened = rows.map((row) => ring.open(sealedOf(row), sealingKeyBinding(row)));
      expect(opened).toEqual([PRIVATE_KEY, PRIVATE_KEY]);
    });
  });

  it('name a damaged key for sealed values, and end with 1', async () => {
    await storeKey(1);
    await within(({ database }) =>
      database.query((db) =>
        db
          .updateTable('sealing_keys')
          .set({ wrapped_key: new Uint8Array(60) })
          .execute(),
      ),
    );
    await keysCommand('rotate');
    const { code, err } = await keysCommand('rewrap');
    expect([code, err]).toEqual([
      1,
      'the key 1 for sealed values is damaged or belongs elsewhere\n',
    ]);
  });
});
