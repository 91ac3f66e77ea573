import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type NamedKey,
  type SealedVersion,
  openVersion,
  rewrapVersion,
  sealVersion,
  sealedCluster,
} from '../../../../src/encryption/domain/envelope.js';
import { IntegrityError } from '../../../../src/encryption/domain/integrity-error.js';
import type { VersionBinding } from '../../../../src/encryption/domain/version-binding.js';
import { scaled } from '../../../support/scale.js';

const keyOf = (id: string): NamedKey => ({ id, key: createSecretKey(randomBytes(32)) });
const plaintext = Buffer.from('{"data":{"password":"cjAwdDEyMw=="}}');
const binding: VersionBinding = {
  cluster: '7a1c0d3e-0000-4000-8000-000000000001',
  namespace: 'mongodb',
  namespaceUid: '7a1c0d3e-0000-4000-8000-000000000002',
  name: 'shhhhhh',
  secretUid: '7a1c0d3e-0000-4000-8000-000000000003',
  version: 7,
};

describe('a sealed version', () => {
  const key = keyOf('embedded.1');

  it('opens where it belongs, and shows nothing of its text', () => {
    const sealed = sealVersion(key, plaintext, binding);
    expect(sealed.keyId).toBe('embedded.1');
    expect(sealed.wrappedKey).toHaveLength(60);
    expect(Buffer.from(sealed.ciphertext).includes('password')).toBe(false);
    expect(openVersion(key, sealed, binding).equals(plaintext)).toBe(true);
    expect(sealedCluster(sealed.ciphertext)).toBe(binding.cluster);
  });

  it('has a data key and nonces of its own, though the text is the same', () => {
    const one = sealVersion(key, plaintext, binding);
    const other = sealVersion(key, plaintext, binding);
    expect(Buffer.from(one.wrappedKey).equals(Buffer.from(other.wrappedKey))).toBe(false);
    expect(Buffer.from(one.ciphertext).equals(Buffer.from(other.ciphertext))).toBe(false);
    for (const mixed of [
      { ...one, wrappedKey: other.wrappedKey },
      { ...one, ciphertext: other.ciphertext },
    ]) {
      expect(() => openVersion(key, mixed, binding)).toThrow(IntegrityError);
    }
  });

  it.each([
    ['cluster', { cluster: 'another' }],
    ['namespace', { namespace: 'another' }],
    ['namespace of that name made anew', { namespaceUid: 'another' }],
    ['Secret', { name: 'another' }],
    ['Secret of that name made anew', { secretUid: 'another' }],
    ['version', { version: 8 }],
    ['split of the same letters', { namespace: 'mongodbs', name: 'hhhhhh' }],
  ])('opens in no other %s, and moves to no other key there', (_what, change) => {
    const sealed = sealVersion(key, plaintext, binding);
    const other = { ...binding, ...change };
    expect(() => openVersion(key, sealed, other)).toThrow(IntegrityError);
    const keys = { from: key, to: keyOf('embedded.2') };
    expect(() => rewrapVersion(keys, sealed, other)).toThrow(IntegrityError);
  });

  it('opens under the next key after a rewrap, and no longer under the former one', () => {
    const to = keyOf('kms.1');
    const sealed = sealVersion(key, plaintext, binding);
    const moved = { ...sealed, ...rewrapVersion({ from: key, to }, sealed, binding) };
    expect(moved.keyId).toBe('kms.1');
    expect(moved.ciphertext).toBe(sealed.ciphertext);
    expect(openVersion(to, moved, binding).equals(plaintext)).toBe(true);
    expect(() => openVersion(key, moved, binding)).toThrow(IntegrityError);
    const back = { ...moved, ...rewrapVersion({ from: to, to: key }, moved, binding) };
    expect(openVersion(key, back, binding).equals(plaintext)).toBe(true);
  });

  it('opens under no key that only has its name, or its bytes under another name', () => {
    const sealed = sealVersion(key, plaintext, binding);
    expect(() => openVersion(keyOf('embedded.1'), sealed, binding)).toThrow(IntegrityError);
    const renamed = { ...sealed, keyId: 'embedded.2' };
    expect(() => openVersion({ ...key, id: 'embedded.2' }, renamed, binding)).toThrow(
      IntegrityError,
    );
  });

  it('is refused with a head that is damaged or cut off', () => {
    const sealed = sealVersion(key, plaintext, binding);
    for (let length = 0; length < sealed.ciphertext.length; length += 1) {
      const cut = { ...sealed, ciphertext: sealed.ciphertext.subarray(0, length) };
      expect(() => openVersion(key, cut, binding)).toThrow(IntegrityError);
    }
    for (let at = 0; at < 60; at += 1) {
      const ciphertext = Buffer.from(sealed.ciphertext);
      ciphertext[at] = (ciphertext[at] ?? 0) ^ 1;
      expect(() => openVersion(key, { ...sealed, ciphertext }, binding)).toThrow(IntegrityError);
    }
  });

  it.each([12, 8, 4])('is refused with tags of %i bytes', (length) => {
    const sealed = sealVersion(key, plaintext, binding);
    const cut = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length - 16 + length);
    for (const damaged of [
      { ...sealed, wrappedKey: cut(sealed.wrappedKey) },
      { ...sealed, ciphertext: cut(sealed.ciphertext) },
    ]) {
      expect(() => openVersion(key, damaged, binding)).toThrow(IntegrityError);
    }
  });
});

/**
 * Threat F1. Everything that a row has is drawn; whatever part of it is exchanged, it opens
 * nowhere.
 */
it('never opens a row of another place, key or version, however rows are exchanged', () => {
  const keys = [keyOf('a'), keyOf('b'), keyOf('c')];
  const draw = <T>(items: readonly T[]): T => items[randomBytes(1).readUInt8() % items.length] as T;
  const place = (): VersionBinding => ({
    cluster: draw(['c1', 'c2', 'c']),
    namespace: draw(['ab', 'a', 'b']),
    namespaceUid: draw(['u1', 'u2']),
    name: draw(['c', 'bc', 'abc']),
    secretUid: draw(['s1', 's2']),
    version: draw([1, 2, 12]),
  });
  const row = () => {
    const kek = draw(keys);
    const at = place();
    return { kek, at, sealed: sealVersion(kek, randomBytes(16), at) };
  };
  const parts = ['keyId', 'wrappedKey', 'ciphertext'] as const;
  for (let swap = 0; swap < scaled(10_000, 2_000); swap += 1) {
    const [one, other] = [row(), row()];
    const taken = parts.filter(() => draw([true, false]));
    const mixed: SealedVersion = {
      ...one.sealed,
      ...Object.fromEntries(taken.map((part) => [part, other.sealed[part]])),
    };
    const at = draw([one.at, other.at, place()]);
    const kek = keys.find(({ id }) => id === mixed.keyId) as NamedKey;
    const isSame = JSON.stringify(at) === JSON.stringify(one.at);
    const isWhole = taken.every((part) => part === 'keyId' && one.kek === other.kek);
    const isOther = JSON.stringify(at) === JSON.stringify(other.at) && taken.length === 3;
    if ((isSame && isWhole) || isOther) continue;
    // The key id alone of a row under the same key changes nothing.
    const isOtherWhole = taken.length === 2 && !taken.includes('keyId') && one.kek === other.kek;
    if (isOtherWhole && JSON.stringify(at) === JSON.stringify(other.at)) continue;
    expect(() => openVersion(kek, mixed, at)).toThrow(IntegrityError);
  }
});
