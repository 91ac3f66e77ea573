import { describe, expect, it } from 'vitest';
import type { SecretValue } from '../../../../src/core/secret-value.js';
import {
  KeyValue,
  metadataBody,
  secretValues,
} from '../../../../src/secrets/domain/representations.js';
import { refusal, storedSecret, values } from './secret.builder.js';

/** What is decoded shares its memory with others, which would live as long. */
function expectOwnMemory(value: SecretValue, decoded: SecretValue | undefined): void {
  expect(decoded && value.equals(decoded)).toBe(true);
  expect(value.reveal().buffer.byteLength).toBe(value.sizeBytes);
}

const secret = storedSecret({ data: values({ user: 'me', password: 'old', empty: '' }) });

describe('what is shown of a Secret', () => {
  it('is everything but values, with its version', () => {
    const keyVersions = [{ name: 'user', version: 2 }];
    const info = { version: 3, updatedBy: null, keyVersions, isFinal: true };
    const body = metadataBody.render(secret, info);
    expect(metadataBody.showsVersion).toBe(true);
    expect(body).toMatchObject({ name: 'database', version: 3 });
    expect(body.keys.at(-1)).toEqual({ name: 'user', sizeBytes: 2, version: 2 });
    expect(metadataBody.sizeBytes(body)).toBeGreaterThan(JSON.stringify(body).length);
  });

  it('is all values', () => {
    const data = secretValues.render(secret, undefined);
    expect([...data.keys()]).toEqual([...secret.data.keys()]);
    for (const [key, value] of data) expectOwnMemory(value, secret.data.get(key));
    expect(secretValues.sizeBytes(data)).toBeGreaterThan('emptypassworduserold'.length);
  });

  it.each(['user', 'empty'])('is the value of one key (%s)', (key) => {
    const one = new KeyValue(key);
    expect(one.id).toBe(`key:${key}`);
    const value = one.render(secret);
    expectOwnMemory(value, secret.data.get(key));
    expect(one.sizeBytes(value)).toBeGreaterThan(value.sizeBytes);
  });

  it('is nothing of a key that it has not', () => {
    expect(refusal(() => new KeyValue('absent').render(secret))).toMatchObject({
      code: 'NotFound',
      message: 'key "absent" of secrets "database" not found',
    });
  });
});
