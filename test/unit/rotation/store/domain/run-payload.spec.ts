import { describe, expect, it } from 'vitest';
import { SecretValue } from '../../../../../src/core/secret-value.js';
import { IntegrityError } from '../../../../../src/encryption/domain/integrity-error.js';
import { runPayloadOf, runValuesOf } from '../../../../../src/rotation/store/domain/run-payload.js';
import { contentOf, payloadOf } from '../../../../../src/versions/domain/payload.js';

const value = (...bytes: readonly number[]) => SecretValue.fromBytes(Uint8Array.from(bytes));

describe('the values of a run as bytes', () => {
  it('come back as they were, whatever the keys and bytes are', () => {
    const body = { generate: [{ key: 'password' }], suspend: false };
    const pending = new Map([
      ['__proto__', value(1, 2)],
      ['password', value(0, 255, 128)],
    ]);
    const former = new Map([['password', value()]]);
    const back = runValuesOf(runPayloadOf({ body, pending, former }));
    expect(back.body).toEqual(body);
    const bytes = (values: typeof pending) => [...values].map(([key, one]) => [key, one.reveal()]);
    expect(bytes(new Map(back.pending))).toEqual(bytes(pending));
    expect(bytes(new Map(back.former))).toEqual(bytes(former));
  });

  it('are no version of a Secret, and a version is no values of a run', () => {
    const data = new Map([['password', value(1)]]);
    const content = { type: 'Opaque', immutable: false, labels: {}, annotations: {}, data };
    const version = payloadOf({ ...content, ownerReferences: [] });
    const run = runPayloadOf({ body: {}, pending: data, former: data });
    expect(() => runValuesOf(version)).toThrow(IntegrityError);
    expect(() => contentOf(run)).toThrow(IntegrityError);
  });

  it.each([
    'r00t123',
    'null',
    '[]',
    '{"rotation":"run/2","body":{},"pending":[],"former":[]}',
    '{"rotation":"run/1","body":[],"pending":[],"former":[]}',
    '{"rotation":"run/1","body":{},"pending":{},"former":[]}',
    '{"rotation":"run/1","body":{},"pending":[["r00t123"]],"former":[]}',
    '{"rotation":"run/1","body":{},"pending":[],"former":[["k","r00t123!"]]}',
    '{"rotation":"run/1","body":{},"pending":[],"former":["k"]}',
  ])('are refused where they are none, without a word of them: %s', (text) => {
    const refused = () => runValuesOf(Buffer.from(text));
    expect(refused).toThrow(IntegrityError);
    expect(refused).not.toThrow(/r00t123/);
  });
});
