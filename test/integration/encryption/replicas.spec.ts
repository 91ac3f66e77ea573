import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { KmsPluginServer } from '../../kms/kms-plugin-server.js';
import { type TestDatabase, type TestStorage, startStorage } from '../../postgres/test-storage.js';
import { type KeySettings, RingFixture, binding, text } from './ring-fixture.js';

const HELD_UP_S = (2 * limits.postgresStatementMsMax) / 1_000;

describe('two replicas on one PostgreSQL', () => {
  let storage: TestStorage;
  let plugin: KmsPluginServer;
  let database: TestDatabase;
  let fixture: RingFixture;
  let otherDir: string;
  let keys: KeySettings;

  beforeAll(async () => {
    storage = await startStorage('postgres');
  });
  afterAll(() => storage.stop());
  beforeEach(async () => {
    plugin = await KmsPluginServer.start();
    database = await storage.create();
    fixture = new RingFixture(database);
    otherDir = mkdtempSync(join(tmpdir(), 'sallyport-keys-'));
    keys = [{ id: 'vault', source: { kms: plugin.socket } }];
  });
  afterEach(async () => {
    await fixture.remove();
    plugin.stop();
    rmSync(otherDir, { recursive: true, force: true });
  });

  it('that start at once have one key and one secret of MACs', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => fixture.open({ keys })));
    expect(await fixture.states()).toEqual(['vault.1 active']);
    const [first] = all;
    const sealed = first?.ring.seal(text, binding);
    for (const { ring } of all) {
      expect(sealed && ring.open(sealed, binding).equals(text)).toBe(true);
      expect(first?.ring.mac('content', text).equals(ring.mac('content', text))).toBe(true);
    }
  });

  it('start, though the database holds them up for longer than a request would wait', async () => {
    await (await fixture.open({ keys })).close();
    const held = database.run(`BEGIN; LOCK TABLE encryption_keys IN ACCESS EXCLUSIVE MODE;
      SELECT pg_sleep(${HELD_UP_S}); COMMIT`);
    const isHeld = () =>
      database.run("SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted");
    await expect.poll(isHeld).not.toEqual([]);
    const all = await Promise.all([fixture.open({ keys }), fixture.open({ keys })]);
    await held;
    for (const { ring } of all) expect(ring.seal(text, binding).keyId).toBe('vault.1');
  });

  it('that rotate at once agree on one active key', async () => {
    const one = await fixture.open({ keys });
    const other = await fixture.open({ keys });
    await Promise.all([one.ring.rotate(), other.ring.rotate()]);
    await Promise.all([one.ring.look(), other.ring.look()]);
    expect(one.ring.activeKeyId).toBe(other.ring.activeKeyId);
    const states = await fixture.states();
    expect(states.filter((state) => state.endsWith(' active'))).toHaveLength(1);
  });

  it('learn a key that the other one has begun to use', async () => {
    const one = await fixture.open({ keys });
    const other = await fixture.open({ keys });
    await one.ring.rotate();
    const sealed = one.ring.seal(text, binding);
    expect(sealed.keyId).toBe('vault.2');
    await other.ring.learn(sealed.keyId);
    expect(other.ring.open(sealed, binding).equals(text)).toBe(true);
    expect(other.ring.activeKeyId).toBe('vault.2');
  });

  it('find it by themselves soon after a row that they could not open', async () => {
    const one = await fixture.open({ keys });
    const other = await fixture.open({ keys });
    await one.ring.rotate();
    const sealed = one.ring.seal(text, binding);
    expect(() => other.ring.open(sealed, binding)).toThrow(/^history is closed: /);
    await expect.poll(() => other.ring.activeKeyId).toBe('vault.2');
    expect(other.ring.open(sealed, binding).equals(text)).toBe(true);
  });

  it('with keys in their data folders are refused until they have the same file', async () => {
    const one = await fixture.open();
    expect(await fixture.refusal({ dataDir: otherDir })).toMatch(
      /embedded.1: the file .*embedded.1.key does not exist$/,
    );
    cpSync(join(fixture.dataDir, 'encryption'), join(otherDir, 'encryption'), { recursive: true });
    const other = await fixture.open({ dataDir: otherDir });
    const sealed = one.ring.seal(text, binding);
    expect(other.ring.open(sealed, binding).equals(text)).toBe(true);
    await one.ring.rotate();
    await other.ring.look();
    expect(() => other.ring.seal(text, binding)).toThrow(/^history is closed: /);
    expect(other.ring.problem).toMatch(/embedded.2.key does not exist$/);
    expect(other.ring.open(sealed, binding).equals(text)).toBe(true);
    cpSync(join(fixture.dataDir, 'encryption'), join(otherDir, 'encryption'), { recursive: true });
    await other.ring.look();
    expect(other.ring.seal(text, binding).keyId).toBe('embedded.2');
  });
});
