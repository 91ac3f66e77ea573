import type { webcrypto } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSealedValue } from '../../../src/sealing/domain/sealed-value.js';
import { openValues, UnopenedValue } from '../../../src/sealing/open-values.js';
import { newSealingKeyPair, openingKeyOf } from '../../../src/sealing/sealing-key-pair.js';
import { sealValue } from '../../support/sealed-secrets.js';

interface Pair {
  readonly certificate: string;
  readonly key: webcrypto.CryptoKey;
}

let newer: Pair;
let older: Pair;

beforeAll(async () => {
  [newer, older] = await Promise.all([pair(), pair()]);
});

async function pair(): Promise<Pair> {
  const { certificate, privateKey } = await newSealingKeyPair(Date.now());
  return { certificate, key: openingKeyOf(privateKey) };
}

async function open(
  texts: Readonly<Record<string, string>>,
  { keys = [newer.key, older.key], label = 'pay/db' } = {},
) {
  let decryptions = 0;
  const values = new Map(
    Object.entries(texts).map(([key, text]) => [key, readSealedValue(text)] as const),
  );
  const onDecryption = () => void (decryptions += 1);
  const opened = await openValues(values, { keys, label, onDecryption });
  const bytes = [...opened].map(([key, value]) => [key, value.reveal().toString()]);
  return { values: Object.fromEntries(bytes) as Record<string, string>, decryptions };
}

describe('openValues', () => {
  it('opens values of each label that were sealed by the words of the format', async () => {
    for (const label of ['pay/db', 'pay', '']) {
      const texts = {
        a: sealValue(newer.certificate, label, 'x'),
        b: sealValue(newer.certificate, label, ''),
      };
      expect((await open(texts, { label })).values).toEqual({ a: 'x', b: '' });
    }
  });

  it('tries the key first that opened the value before', async () => {
    const sealed = (key: string) => [key, sealValue(older.certificate, 'pay/db', key)] as const;
    const { values, decryptions } = await open(Object.fromEntries(['a', 'b', 'c'].map(sealed)));
    expect(values).toEqual({ a: 'a', b: 'b', c: 'c' });
    expect(decryptions).toBe(4);
  });

  it('opens nothing if one value was sealed with another label or another key', async () => {
    const good = sealValue(newer.certificate, 'pay/db', 'x');
    const label = { a: good, b: sealValue(newer.certificate, 'pay/web', 'x') };
    await expect(open(label)).rejects.toMatchObject({ key: 'b' });
    const foreign = { a: sealValue(older.certificate, 'pay/db', 'x') };
    await expect(open(foreign, { keys: [newer.key] })).rejects.toThrow(UnopenedValue);
    await expect(open({ a: good }, { keys: [] })).rejects.toThrow(UnopenedValue);
  });

  it('makes no decryption if one value is no sealed value', async () => {
    const good = sealValue(newer.certificate, 'pay/db', 'x');
    let decryptions = 0;
    const values = new Map([
      ['a', readSealedValue(good)],
      ['b', undefined],
    ] as const);
    const keys = { keys: [newer.key], label: 'pay/db', onDecryption: () => (decryptions += 1) };
    await expect(openValues(values, keys)).rejects.toMatchObject({ key: 'b' });
    expect(decryptions).toBe(0);
  });

  it('refuses a change of any byte of the ciphertext and of its tag', async () => {
    const sealed = Buffer.from(sealValue(newer.certificate, 'pay/db', 'secret'), 'base64');
    for (let at = 2 + 512; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(open({ a: changed.toString('base64') })).rejects.toThrow(UnopenedValue);
    }
  });

  it('ends with the error of the count, before the decryption', async () => {
    const values = new Map([['a', readSealedValue(sealValue(newer.certificate, '', 'x'))]]);
    const onDecryption = () => {
      throw new RangeError('enough');
    };
    const work = openValues(values, { keys: [newer.key], label: '', onDecryption });
    await expect(work).rejects.toThrow('enough');
  });
});
