import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SystemClock } from '../../../src/core/clock.js';
import { GatewayAccounts } from '../../../src/core/gateway-accounts.js';
import { sealingLimits } from '../../../src/core/sealing-limits.js';
import { keyUse } from '../../../src/encryption/key-use.js';
import { readSealedValue } from '../../../src/sealing/domain/sealed-value.js';
import { openValues } from '../../../src/sealing/open-values.js';
import { SealingKeys } from '../../../src/sealing/sealing-keys.js';
import { rewrapSealingKeys } from '../../../src/sealing/store/rewrap-sealing-keys.js';
import { SealingKeyScan } from '../../../src/sealing/store/sealing-key-scan.js';
import { SealingKeysStore } from '../../../src/sealing/store/sealing-keys.store.js';
import { dialects } from '../../postgres/test-storage.js';
import { sealValue } from '../../support/sealed-secrets.js';
import { storedEntries } from '../../support/stored-entries.js';
import { rotationFixture } from '../rotation/store/rotation-fixture.js';

const accounts = new GatewayAccounts({
  gatewayNamespace: 'sallyport',
  brokerServiceAccount: 'sallyport-broker',
});

class MovedClock extends SystemClock {
  movedMs = 0;

  override nowMs(): number {
    return super.nowMs() + this.movedMs;
  }
}

describe.each(dialects)('keys for sealed values in %s', (dialect) => {
  const at = rotationFixture(dialect);

  /** What one process has; all have one database. */
  function replica(clock = new MovedClock()) {
    const alarms: string[] = [];
    const { integrity, keys: ring } = at;
    const { database, calls } = at.audit;
    const store = new SealingKeysStore(database, integrity, calls, accounts);
    const logger = { alarm: (message: string) => void alarms.push(message) };
    return { keys: new SealingKeys(store, ring, clock, logger), store, clock, alarms };
  }

  async function opens(keys: SealingKeys, certificate: string): Promise<boolean> {
    const value = readSealedValue(sealValue(certificate, 'pay/db', 'x'));
    const { keys: usable } = await keys.usable();
    const opening = { keys: usable, label: 'pay/db', onDecryption: () => undefined };
    return openValues(new Map([['a', value]]), opening).then(
      (opened) => opened.get('a')?.revealText() === 'x',
      () => false,
    );
  }

  it('are one for all replicas that need the first at the same time', async () => {
    const replicas = Array.from({ length: 4 }, () => replica());
    const asked = replicas.flatMap(({ keys }) => [keys.current(), keys.current()]);
    const certificates = new Set((await Promise.all(asked)).map(({ pem }) => pem));
    expect(certificates.size).toBe(1);
    const [{ count } = {}] = await at.place.run('SELECT count(*) AS count FROM sealing_keys');
    expect(Number(count)).toBe(1);
    const [pem = ''] = certificates;
    for (const { keys } of replicas) expect(await opens(keys, pem)).toBe(true);
  });

  it('are on record with the row, by the fingerprint of the certificate', async () => {
    const { pem } = await replica().keys.current();
    const fingerprint = new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
    const events = (await storedEntries(at.audit.database)).map(({ event }) =>
      Buffer.from(event).toString(),
    );
    const renewals = events.filter((event) => event.includes('sealing.renew'));
    expect(renewals).toHaveLength(1);
    expect(renewals[0]).toContain(fingerprint);
    expect(renewals[0]).toContain('system:serviceaccount:sallyport:sallyport');
  });

  it('are renewed by age, and former ones still open values', async () => {
    const { keys, clock } = replica();
    const first = await keys.current();
    clock.movedMs = sealingLimits.renewedAfterMs - 60_000;
    expect(await keys.current()).toEqual(first);
    clock.movedMs = sealingLimits.renewedAfterMs;
    const second = await keys.current();
    expect(second.pem).not.toBe(first.pem);
    expect(await keys.current()).toEqual(second);
    const other = replica();
    for (const { pem } of [first, second]) {
      expect(await opens(other.keys, pem)).toBe(true);
      expect(await opens(keys, pem)).toBe(true);
    }
    expect(await other.keys.current()).toEqual(second);
  });

  it('are in the database only under a key of the gateway', async () => {
    await replica().keys.current();
    const [row = {}] = await at.place.run('SELECT * FROM sealing_keys');
    const bytes = Object.values(row).filter((value) => value instanceof Uint8Array);
    for (const column of bytes) {
      expect(Buffer.from(column).toString('latin1')).not.toContain('PRIVATE KEY');
      // The algorithm of a PKCS #8 of RSA, 1.2.840.113549.1.1.1.
      expect(Buffer.from(column).toString('hex')).not.toContain('2a864886f70d010101');
    }
    expect(bytes.length).toBeGreaterThanOrEqual(3);
    expect(await keyUse(at.audit.database)).toEqual(new Map([[at.keys.activeKeyId, 1]]));
  });

  it('that somebody else has written or changed are not used, and raise an alarm', async () => {
    const { keys, store } = replica();
    const { pem } = await keys.current();
    const columns = 'certificate, created_ms, key_id, wrapped_key, ciphertext, mac';
    await at.place.run(
      `INSERT INTO sealing_keys (generation, ${columns}) SELECT 2, ${columns} FROM sealing_keys`,
    );
    expect((await keys.current()).pem).toBe(pem);
    expect(at.foreign).toEqual([expect.stringContaining('sealing_keys "2"')]);
    const scan = new SealingKeyScan(at.audit.database, at.integrity);
    expect((await scan.next('')).map(({ key, isOurs }) => [key, isOurs])).toEqual([
      ['1', true],
      ['2', false],
    ]);
    expect(await scan.next('2')).toEqual([]);
    await at.place.run("UPDATE sealing_keys SET certificate = 'other' WHERE generation = 1");
    expect(await store.list()).toEqual([]);
    // The numbers of both rows are taken.
    const renewed = await keys.current();
    expect(renewed.pem).not.toBe(pem);
    expect(await store.nextGeneration()).toBe(4);
  });

  it('can be adopted by an operator', async () => {
    await replica().keys.current();
    await at.place.run('UPDATE sealing_keys SET mac = NULL');
    const scan = new SealingKeyScan(at.audit.database, at.integrity);
    for (const row of await scan.next('')) await row.adopt();
    expect((await scan.next('')).map(({ isOurs }) => isOurs)).toEqual([true]);
  });

  it('move to another key, except for damaged ones, which keep no other from use', async () => {
    const { keys, clock } = replica();
    const first = await keys.current();
    clock.movedMs = sealingLimits.renewedAfterMs;
    const second = await keys.current();
    await at.place.run('UPDATE sealing_keys SET wrapped_key = ciphertext WHERE generation = 1');
    const former = at.keys.activeKeyId;
    const active = await at.keys.rotate();
    const [recorded, damaged]: [number[], number[]] = [[], []];
    const rewrap = () =>
      rewrapSealingKeys({
        ...{ ring: at.keys, database: at.audit.database },
        record: (count) => Promise.resolve(void recorded.push(count)),
        onDamaged: ({ generation }) => void damaged.push(generation),
      });
    expect(await rewrap()).toEqual({ rewrapped: 1, damaged: 1 });
    expect([recorded, damaged]).toEqual([[1], [1]]);
    expect(await keyUse(at.audit.database)).toEqual(
      new Map([
        [former, 1],
        [active, 1],
      ]),
    );
    const other = replica();
    expect(await opens(other.keys, second.pem)).toBe(true);
    expect(await opens(other.keys, first.pem)).toBe(false);
    expect(other.alarms).toContain('the key for sealed values 1 is damaged');
  });

  it('whose encryption key cannot be had are a fault of the gateway, not of the value', async () => {
    await replica().keys.current();
    await at.place.run("UPDATE sealing_keys SET key_id = 'lost'");
    const { keys, problem } = await replica().keys.usable();
    expect(keys).toEqual([]);
    expect(problem).toMatchObject({ code: 'Unavailable' });
  });
});
