import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.js';
import { encryptionSettings } from '../../../src/platform/config/encryption-settings.js';
import { SystemClock } from '../../../src/core/clock.js';
import { openKeyRing } from '../../../src/encryption/open-key-ring.js';
import type { StoredKeyRing } from '../../../src/encryption/stored-key-ring.js';
import { databasePath } from '../../../src/platform/storage/open-database.js';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import { SqlVersionsStore } from '../../../src/versions/sql-versions.store.js';
import { DatabaseSync } from 'node:sqlite';
import { KmsPluginServer } from '../../kms/kms-plugin-server.js';
import { openAll, recordSealed } from '../encryption/sealed-versions.js';
import { ACTION } from '../../support/stored-entries.js';
import { sealedRows } from '../../unit/encryption/row-integrity.builder.js';

const VERSIONS = 1_200;

async function sallyport(...args: string[]) {
  const told = { out: '', err: '' };
  const code = await run(args, {
    out: (text) => void (told.out += text),
    err: (text) => void (told.err += text),
    isTerminal: false,
  });
  return { code, ...told };
}

describe('the commands for keys', () => {
  let plugin: KmsPluginServer;
  let dir: string;
  let dataDir: string;
  let config: string;

  beforeEach(async () => {
    plugin = await KmsPluginServer.start();
    dir = mkdtempSync(join(tmpdir(), 'sallyport-keys-cli-'));
    dataDir = join(dir, 'data');
    config = join(dir, 'sallyport.yaml');
    configure([]);
    await within(({ ring, store }) => recordSealed(ring, store, VERSIONS));
  });
  afterEach(() => {
    plugin.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  let keys: readonly object[];

  function configure(given: readonly object[]): void {
    keys = given;
    writeFileSync(config, stringify({ dataDir, encryption: { keys } }));
  }

  async function within<T>(
    use: (at: { ring: StoredKeyRing; store: SqlVersionsStore }) => Promise<T>,
  ): Promise<T> {
    const database = await SqliteDatabase.open(dataDir);
    const store = new SqlVersionsStore(database, sealedRows());
    const ring = await openKeyRing(
      { dataDir, encryption: encryptionSettings.parse({ keys }) },
      {
        ...{ database, clock: new SystemClock(), keyUse: () => store.keyUse() },
        ...{ record: () => Promise.resolve(), onAlarm: () => undefined },
      },
    );
    try {
      return await use({ ring, store });
    } finally {
      await ring.close();
      await database.close();
    }
  }

  /** Stored events of an action. */
  function events(action: string): readonly string[] {
    const database = new DatabaseSync(databasePath(dataDir));
    const rows = database
      .prepare(`SELECT event FROM audit_entries WHERE ${ACTION} = ?`)
      .all(action);
    database.close();
    return rows.map(({ event }) => Buffer.from(event as Uint8Array).toString());
  }

  const keyCommand = (name: string, ...more: string[]) =>
    sallyport('keys', name, '--config', config, ...more);

  it('list each key with what is under it', async () => {
    const { code, out, err } = await keyCommand('list');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^KEY +SOURCE +STATE +MADE +WRAPS +VERSIONS\n/);
    expect(out).toMatch(/^embedded\.1 +embedded +active +\S+Z +1200 +1200\n$/m);
  });

  it('rotate, put all versions under the new key, and take the former one away', async () => {
    expect(await keyCommand('rotate')).toEqual({
      ...{ code: 0, out: 'embedded.2 is active in place of embedded.1\n', err: '' },
    });
    expect((await keyCommand('list')).out).toMatch(
      /^embedded\.1 +embedded +decrypt-only .* 1200$/m,
    );
    expect(await keyCommand('rewrap', '--retire')).toMatchObject({
      ...{ code: 0, out: '1200 versions are under embedded.2 now\nembedded.1 is retired\n' },
    });
    expect(existsSync(join(dataDir, 'encryption', 'embedded.1.key'))).toBe(false);
    await within(async ({ ring, store }) => {
      expect(await openAll(ring, store)).toEqual(new Map([['embedded.2', VERSIONS]]));
    });
    expect(await keyCommand('rewrap')).toMatchObject({
      ...{ code: 0, out: '0 versions are under embedded.2 now\n' },
    });
    const [rotated, ...others] = events('keys.rotate');
    expect(others).toEqual([]);
    expect(rotated).toContain('"sallyport.dev/encryption-key":"embedded.2"');
    const counts = events('keys.rewrap').map(
      (event) => /"sallyport.dev\/rewrapped":"(\d+)"/.exec(event)?.[1],
    );
    expect(counts).toEqual(['500', '500', '200']);
    expect(rotated).toContain('operator:');
  });

  it('list rows without a valid MAC, and adopt them where an operator says so', async () => {
    const listed = await keyCommand('adopt');
    expect(listed.code).toBe(1);
    expect(listed.out).toMatch(/^secret_versions .* version 1$/m);
    expect(listed.out).toMatch(/\d+ are not used: see --help\n$/);
    expect(events('rows.adopt')).toEqual([]);
    expect((await keyCommand('adopt', '--all')).code).toBe(0);
    expect(await keyCommand('adopt')).toMatchObject({ code: 0, out: 'every row has its MAC\n' });
    const [adopted] = events('rows.adopt');
    expect(adopted).toContain('"resource":"storedrows"');
    expect(adopted).toContain('operator:');
    await within(async ({ ring, store }) => {
      expect(await openAll(ring, store)).toEqual(new Map([['embedded.1', VERSIONS]]));
    });
  });

  it('move history to a KMS plugin and back, as settings say', async () => {
    const vault = { id: 'vault', source: { kms: plugin.socket } };
    configure([vault]);
    expect((await keyCommand('rewrap', '--retire')).out).toBe(
      '1200 versions are under vault.1 now\nembedded.1 is retired\n',
    );
    configure([]);
    expect(await keyCommand('rewrap')).toMatchObject({
      code: 2,
      err: expect.stringContaining('vault.1 is missing from encryption.keys') as string,
    });
    configure([{ ...vault, state: 'decrypt-only' }]);
    expect((await keyCommand('rewrap')).out).toBe('1200 versions are under embedded.2 now\n');
    configure([]);
    await within(async ({ ring, store }) => {
      expect(await openAll(ring, store)).toEqual(new Map([['embedded.2', VERSIONS]]));
    });
  });

  it('do not rotate a key that was given', async () => {
    const file = join(dir, 'given.key');
    writeFileSync(file, Buffer.alloc(32, 7), { mode: 0o600 });
    configure([{ id: 'given', source: { file } }]);
    const { code, err } = await keyCommand('rotate');
    expect(code).toBe(2);
    expect(err).toBe(
      'the encryption key given was given: name another one as active in encryption.keys\n',
    );
  });

  it('leave a damaged version as it is, name it, and end with 1', async () => {
    await keyCommand('rotate');
    const database = new DatabaseSync(databasePath(dataDir));
    database.exec(`UPDATE version_payloads SET wrapped_key = zeroblob(60)
      WHERE id = (SELECT id FROM secret_versions WHERE version = 7)`);
    database.close();
    const { code, out, err } = await keyCommand('rewrap');
    expect([code, out]).toEqual([1, '1199 versions are under embedded.2 now\n']);
    // A slow machine also sees the progress.
    const words = err.replaceAll(/^\d+ %: .*\n/gm, '');
    expect(words).toBe('version 7 of pay/shhhhhh is damaged or belongs elsewhere\n');
    expect((await keyCommand('rewrap')).code).toBe(1);
  });

  it('say that versions are under a key which is gone', async () => {
    const database = new DatabaseSync(databasePath(dataDir));
    database.exec("UPDATE encryption_keys SET state = 'retired' WHERE id = 'embedded.1'");
    database.close();
    const { code, err } = await keyCommand('list');
    expect([code, err]).toEqual([1, '1200 versions are under embedded.1, which is gone\n']);
  });

  it('end with 2 and a sentence where they are called wrongly, or a gateway has the folder', async () => {
    expect(await keyCommand('rewrap', '--nonsense')).toMatchObject({ code: 2, out: '' });
    const database = await SqliteDatabase.open(dataDir);
    const { code, err } = await keyCommand('list');
    await database.close();
    expect(code).toBe(2);
    expect(err).toMatch(/^another Sallyport process uses the data folder/);
  });
});
