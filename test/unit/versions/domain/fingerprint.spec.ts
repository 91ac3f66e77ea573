import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import {
  contentFingerprint,
  versionAnnotations,
  versionKeys,
} from '../../../../src/versions/domain/fingerprint.js';

const mac = (context: string, bytes: Uint8Array) =>
  createHmac('sha256', 'key').update(context).update('\0').update(bytes).digest();

function data(values: Readonly<Record<string, string>>) {
  return new Map(
    Object.entries(values).map(([key, text]) => [key, SecretValue.fromBytes(Buffer.from(text))]),
  );
}

describe('the keys of a version', () => {
  it('are sorted, with their sizes and the version in which each last changed', () => {
    const first = versionKeys(mac, data({ b: 'two', a: 'one' }), 1);
    expect(first).toMatchObject([
      { name: 'a', sizeBytes: 3, version: 1 },
      { name: 'b', sizeBytes: 3, version: 1 },
    ]);
    const second = versionKeys(mac, data({ a: 'one', b: 'too', c: '' }), 2, first);
    expect(second.map(({ name, version }) => [name, version])).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 2],
    ]);
    // What was away and has come back has changed.
    const third = versionKeys(mac, data({ a: 'one' }), 3, second);
    const fourth = versionKeys(mac, data({ a: 'one', b: 'too' }), 4, third);
    expect(fourth.find(({ name }) => name === 'b')?.version).toBe(4);
  });

  it('say of the values of one name whether they are equal, in 16 bytes', () => {
    const macs = (values: Record<string, string>) =>
      versionKeys(mac, data(values), 1).map((key) => key.mac);
    const [a, b] = macs({ a: 'same', b: 'same' });
    expect(a).not.toBe(b);
    expect(macs({ a: 'same' })).toEqual([a]);
    expect(macs({ a: 'other' })).not.toEqual([a]);
    expect(Buffer.from(a ?? '', 'base64')).toHaveLength(16);
  });
});

describe('the annotations of a version', () => {
  it('are sorted, and say of those of one name whether they are equal, in 16 bytes', () => {
    const made = versionAnnotations(mac, { b: 'same', a: 'same', __proto__x: 'other', c: '' });
    expect(made.map(({ name }) => name)).toEqual(['__proto__x', 'a', 'b', 'c']);
    const [other, a, b] = made.map((one) => one.mac);
    expect(a).not.toBe(b);
    expect(a).not.toBe(other);
    expect(versionAnnotations(mac, { a: 'same' })[0]?.mac).toBe(a);
    for (const one of made) expect(Buffer.from(one.mac, 'base64')).toHaveLength(16);
    expect(JSON.stringify(made)).not.toMatch(/same|other/);
  });

  it('are not told to equal the value of a key', () => {
    const [key] = versionKeys(mac, data({ a: 'x' }), 1);
    expect(versionAnnotations(mac, { a: 'x' })[0]?.mac).not.toBe(key?.mac);
  });
});

describe('a fingerprint of a content', () => {
  it('is not that of a key with the same bytes', () => {
    const [key] = versionKeys(mac, data({ a: 'x' }), 1);
    const whole = contentFingerprint(mac, Buffer.from('x'));
    expect(whole.subarray(0, 16).toString('base64')).not.toBe(key?.mac);
  });
});
