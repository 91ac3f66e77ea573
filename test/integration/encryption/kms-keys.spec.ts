import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { KmsPluginServer } from '../../kms/kms-plugin-server.js';
import { startStorage } from '../../postgres/test-storage.js';
import { type KeySettings, type Ring, RingFixture, binding, text } from './ring-fixture.js';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('keys of a KMS plugin', () => {
  let plugin: KmsPluginServer;
  let fixture: RingFixture;
  let keys: KeySettings;

  beforeEach(async () => {
    plugin = await KmsPluginServer.start();
    fixture = new RingFixture(await (await startStorage('sqlite')).create());
    keys = [{ id: 'vault', source: { kms: plugin.socket } }];
  });
  afterEach(async () => {
    await fixture.remove();
    plugin.stop();
  });

  const wrappedUnder = async ({ database }: Ring, id = 'vault.1'): Promise<string> => {
    const row = await database.query((db) =>
      db
        .selectFrom('encryption_keys')
        .select('wrapped')
        .where('id', '=', id)
        .executeTakeFirstOrThrow(),
    );
    const kept = JSON.parse(Buffer.from(row.wrapped ?? []).toString()) as { keyId: string };
    return kept.keyId;
  };

  it('are made by the gateway, wrapped by the plugin, and nowhere else', async () => {
    const first = await fixture.open({ keys });
    const sealed = first.ring.seal(text, binding);
    expect(sealed.keyId).toBe('vault.1');
    expect(existsSync(join(fixture.dataDir, 'encryption'))).toBe(false);
    await first.close();
    const { ring } = await fixture.open({ keys });
    expect(ring.open(sealed, binding).equals(text)).toBe(true);
    // Unwrapped once to prove that it can be, and once at the second start.
    expect(plugin.calls).toMatchObject({ Encrypt: 1, Decrypt: 2 });
  });

  it('end the start with one sentence where the plugin is away, unwell, silent or another', async () => {
    await (await fixture.open({ keys })).close();
    const named = `StorageError: the KMS plugin of vault at ${plugin.socket}`;
    plugin.hangUp();
    expect(await fixture.refusal({ keys })).toBe(
      `${named} cannot be reached to unwrap the key vault.1`,
    );
    await plugin.listen();
    plugin.isSilent = true;
    expect(await fixture.refusal({ keys })).toBe(
      `${named} does not answer in ${limits.kmsCallMsMax} ms to unwrap the key vault.1`,
    );
    plugin.isSilent = false;
    plugin.destroyKey('key-1');
    expect(await fixture.refusal({ keys })).toBe(
      `${named} refuses (FAILED_PRECONDITION) to unwrap the key vault.1`,
    );
  });

  it('are not made by a plugin that is unwell, or speaks another version', async () => {
    plugin.healthz = 'the HSM is on fire';
    expect(await fixture.refusal({ keys })).toMatch(/says that it is not healthy$/);
    plugin.healthz = 'ok';
    plugin.version = 'v1';
    expect(await fixture.refusal({ keys })).toMatch(/does not speak KMS v2$/);
  });

  it('close history while the plugin is unwell or away, and open it again', async () => {
    const { ring, alarms } = await fixture.open({ keys });
    const sealed = ring.seal(text, binding);
    plugin.healthz = 'no';
    await ring.look();
    expect(() => ring.requireAvailable()).toThrow(/^history is closed: /);
    expect(() => ring.open(sealed, binding)).toThrow(/^history is closed: /);
    expect(() => ring.seal(text, binding)).toThrow(/^history is closed: /);
    plugin.healthz = 'ok';
    await ring.look();
    expect(ring.open(sealed, binding).equals(text)).toBe(true);
    plugin.hangUp();
    await ring.look();
    expect(() => ring.requireAvailable()).toThrow(/^history is closed: /);
    await plugin.listen();
    await expect
      .poll(() => ring.look().then(() => ring.problem), { timeout: 10_000 })
      .toBeUndefined();
    expect(ring.seal(text, binding).keyId).toBe('vault.1');
    const plain = (message: string): string => message.replace(/:.* at \S+ /, ': … ');
    expect(alarms.map(plain)).toEqual([
      'history is closed: … says that it is not healthy',
      'history is open again',
      'history is closed: … cannot be reached',
      'history is open again',
    ]);
  });

  it('are wrapped anew when the plugin gets another key, so that it may lose the former one', async () => {
    const opened = await fixture.open({ keys });
    const sealed = opened.ring.seal(text, binding);
    plugin.rotate();
    await opened.ring.look();
    expect(await wrappedUnder(opened)).toBe('key-2');
    plugin.destroyKey('key-1');
    await opened.close();
    const { ring } = await fixture.open({ keys });
    expect(ring.open(sealed, binding).equals(text)).toBe(true);
  });

  it('close history when the key that wraps them has gone from the plugin', async () => {
    const opened = await fixture.open({ keys });
    plugin.destroyKey('key-1');
    plugin.rotate();
    await opened.ring.look();
    expect(() => opened.ring.requireAvailable()).toThrow(/^history is closed: /);
    expect(opened.ring.problem).toMatch(
      /refuses \(FAILED_PRECONDITION\) to unwrap the key vault.1$/,
    );
    expect(await wrappedUnder(opened)).toBe('key-1');
  });

  it('are replaced after 90 days', async () => {
    const opened = await fixture.open({ keys });
    const sealed = opened.ring.seal(text, binding);
    fixture.clock.advance(90 * DAY_MS);
    await opened.ring.look();
    expect(opened.ring.activeKeyId).toBe('vault.2');
    expect(opened.ring.open(sealed, binding).equals(text)).toBe(true);
    const moved = { ...sealed, ...opened.ring.rewrap(sealed, binding) };
    expect(await opened.ring.retireUnused(new Map([['vault.2', 1]]))).toEqual(['vault.1']);
    const [row] = await opened.database.query((db) =>
      db.selectFrom('encryption_keys').selectAll().where('id', '=', 'vault.1').execute(),
    );
    expect(row).toMatchObject({ state: 'retired', wrapped: null });
    await opened.close();
    const { ring } = await fixture.open({ keys, use: new Map([['vault.2', 1]]) });
    expect(ring.open(moved, binding).equals(text)).toBe(true);
  });

  it('take over from the key in the data folder, which opens what it sealed', async () => {
    const before = await fixture.open();
    const sealed = before.ring.seal(text, binding);
    await before.close();
    const use = new Map([['embedded.1', 1]]);
    const { ring, recorded } = await fixture.open({ keys, use });
    expect(ring.activeKeyId).toBe('vault.1');
    expect(recorded).toEqual(['vault.1']);
    expect(ring.open(sealed, binding).equals(text)).toBe(true);
    const moved = { ...sealed, ...ring.rewrap(sealed, binding) };
    expect(ring.open(moved, binding).equals(text)).toBe(true);
  });
});
