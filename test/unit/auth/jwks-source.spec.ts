import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { CredentialRefused } from '../../../src/auth/credential-verifier.js';
import type { PublicKey } from '../../../src/auth/domain/key-set.js';
import { JwksSource } from '../../../src/auth/jwks-source.js';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import { ManualClock } from './manual-clock.js';

const second = 1_000;
const minute = 60 * second;

function key(kid: string): PublicKey {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256' } as PublicKey;
}

const header = (keyId: string) => ({ algorithm: 'ES256', keyId });
const first = key('first');
const next = key('next');

let clock: ManualClock;
let answer: () => Promise<readonly PublicKey[]>;
let fetches: number;
let alarms: string[];
let source: JwksSource;

beforeEach(() => {
  clock = new ManualClock();
  answer = () => Promise.resolve([first]);
  fetches = 0;
  alarms = [];
  source = new JwksSource({
    name: 'the issuer',
    clock,
    fetch: () => {
      fetches += 1;
      return answer();
    },
    onAlarm: (message) => alarms.push(message),
  });
});

const fail = () => Promise.reject(new Error('away'));

describe('the keys of an issuer', () => {
  it('are fetched once for all who ask at the start', async () => {
    const asked = Array.from({ length: 20 }, () => source.keysFor(header('first')));
    for (const keys of await Promise.all(asked)) expect(keys).toHaveLength(1);
    expect(fetches).toBe(1);
  });

  it('cost one fetch in 30 s, however many unknown key ids arrive', async () => {
    await source.keysFor(header('first'));
    for (let passed = 0; passed < 120; passed += 1) {
      const asked = Array.from({ length: 100 }, (_, i) =>
        source.keysFor(header(`x${passed}-${i}`)),
      );
      for (const one of await Promise.allSettled(asked)) {
        expect(one).toMatchObject({ status: 'rejected', reason: { name: 'CredentialRefused' } });
      }
      clock.advance(second);
    }
    expect(fetches).toBe(4);
  });

  it('that are new are found during such a flood', async () => {
    await source.keysFor(header('first'));
    await expect(source.keysFor(header('next'))).rejects.toThrow(CredentialRefused);
    answer = () => Promise.resolve([next]);
    clock.advance(30 * second);
    await expect(source.keysFor(header('flood'))).rejects.toThrow(CredentialRefused);
    expect(await source.keysFor(header('next'))).toHaveLength(1);
    await expect(source.keysFor(header('first'))).rejects.toThrow(CredentialRefused);
  });

  it('are renewed in the background, so that a key taken away is gone in ten minutes', async () => {
    await source.refreshIfDue();
    answer = () => Promise.resolve([next]);
    clock.advance(10 * minute - 1);
    await source.refreshIfDue();
    expect(fetches).toBe(1);
    clock.advance(1);
    await source.refreshIfDue();
    await expect(source.keysFor(header('first'))).rejects.toThrow(CredentialRefused);
  });

  it('do not keep a known key waiting while they are renewed', async () => {
    await source.refreshIfDue();
    answer = () => new Promise(() => undefined);
    clock.advance(10 * minute);
    void source.refreshIfDue();
    expect(await source.keysFor(header('first'))).toHaveLength(1);
  });

  it('last an hour when the issuer is away, with one alarm then and one at the end', async () => {
    await source.refreshIfDue();
    answer = fail;
    clock.advance(10 * minute);
    for (let passed = 10; passed < 60; passed += 1) {
      await source.refreshIfDue();
      expect(await source.keysFor(header('first'))).toHaveLength(1);
      await expect(source.keysFor(header('other'))).rejects.toThrow(CredentialRefused);
      clock.advance(minute);
    }
    expect(alarms).toEqual([expect.stringContaining('used for an hour')]);
    clock.advance(1);
    await expect(source.keysFor(header('first'))).rejects.toMatchObject({ code: 'Unavailable' });
    expect(alarms).toEqual([expect.anything(), expect.stringContaining('too old')]);
    answer = () => Promise.resolve([first]);
    clock.advance(5 * second);
    expect(await source.keysFor(header('first'))).toHaveLength(1);
  });

  it('last no longer where the clock of the machine is set back', async () => {
    await source.refreshIfDue();
    clock.setBack(100 * minute);
    answer = () => Promise.resolve([next]);
    clock.advance(10 * minute);
    await source.refreshIfDue();
    await expect(source.keysFor(header('first'))).rejects.toThrow(CredentialRefused);
    answer = fail;
    clock.setBack(100 * minute);
    clock.advance(60 * minute + 1);
    await expect(source.keysFor(header('next'))).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('that never came are 503, and asked for every five seconds', async () => {
    answer = fail;
    for (let passed = 0; passed < 60; passed += 1) {
      const asked = source.keysFor(header('first'));
      await expect(asked).rejects.toBeInstanceOf(SallyportError);
      await expect(asked).rejects.toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
      clock.advance(second);
    }
    expect(fetches).toBe(12);
    expect(alarms).toHaveLength(1);
  });

  it('that are no points of their curve are like none', async () => {
    answer = () => Promise.resolve([{ ...first, x: next.x ?? '' }]);
    await expect(source.keysFor(header('first'))).rejects.toThrow(CredentialRefused);
  });
});
