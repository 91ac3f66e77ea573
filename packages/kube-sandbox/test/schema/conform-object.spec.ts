import { describe, expect, test } from 'vitest';

import { ApiStatusError } from '../../src/model/api-status.js';
import type { JsonObject } from '../../src/model/kube-object.js';
import { conformObject, type ObjectOrigin } from '../../src/schema/decode-object.js';
import type { FieldValidation } from '../../src/schema/decode-options.js';
import { kubernetesSchemas } from '../../src/schema/schema-source.js';

const schemas = kubernetesSchemas();
const schema = schemas.forKind('', 'v1', 'Secret');
const type = { group: '', version: 'v1', kind: 'Secret', schema, schemas, isCustom: false };
const patched = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 'n' } };

function conform(object: JsonObject, origin: ObjectOrigin, validation: FieldValidation = 'Warn') {
  return conformObject(object, { ...type, origin, fieldValidation: validation });
}

function refusal(object: JsonObject, origin: ObjectOrigin, validation?: FieldValidation) {
  try {
    conform(object, origin, validation);
  } catch (error) {
    if (error instanceof ApiStatusError) return error;
    throw error;
  }
  throw new Error('it conforms');
}

describe('conformObject', () => {
  test('makes a patched object canonical', () => {
    const metadata = { name: 'a', labels: {}, creationTimestamp: null };
    const { object } = conform({ ...patched, data: {}, metadata }, 'patch');
    expect(JSON.stringify(object)).toBe(
      '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}',
    );
  });

  test.each<[ObjectOrigin, JsonObject, string]>([
    [
      'patch',
      { type: 5 },
      'json: cannot unmarshal number into Go struct field Secret.type of type v1.SecretType',
    ],
    [
      'patch',
      { kind: 'ConfigMap' },
      'converting (v1.ConfigMap) to (core.Secret): unknown conversion',
    ],
    ['strategic', { type: 5 }, 'cannot convert int64 to v1.SecretType'],
    ['strategic', { data: { a: 5 } }, 'cannot restore slice from int64'],
    ['strategic', { data: 'x' }, 'cannot restore map from string'],
    [
      'strategic',
      { data: { a: '%' } },
      'error decoding from json: illegal base64 data at input byte 0',
    ],
    ['strategic', { immutable: 'x' }, 'unrecognized type: bool'],
    ['strategic', { metadata: 'x' }, 'cannot restore struct from: string'],
  ])('%s: %j is 422 for the patch, without the object', (origin, members, why) => {
    const error = refusal({ ...patched, ...members }, origin);
    const message = `Invalid value: "<omitted>": ${why}`;
    expect(error.toStatus()).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: ` "" is invalid: patch: ${message}`,
      details: { causes: [{ reason: 'FieldValueInvalid', message, field: 'patch' }] },
    });
  });

  test('a strategic merge patch does not change the kind', () => {
    expect(conform({ ...patched, kind: 'Foo' }, 'strategic').object.kind).toBe('Secret');
  });

  test('what was applied and cannot be converted is 500, as in the API server', () => {
    const error = refusal({ ...patched, data: { a: '%' } }, 'apply');
    expect(error).toMatchObject({ code: 500, reason: '' });
    expect(error.message).toBe(
      'failed to convert new object (n/a; /v1, Kind=Secret) to proper version: unable to convert unstructured object to /v1, Kind=Secret: error decoding from json: illegal base64 data at input byte 0',
    );
  });

  test('unknown fields are refused, told or dropped', () => {
    const object = { ...patched, foo: 1, metadata: { name: 'a', zz: 1 } };
    expect(refusal(object, 'patch', 'Strict').message).toContain(
      'strict decoding error: unknown field "foo", unknown field "metadata.zz"',
    );
    const told = ['unknown field "foo"', 'unknown field "metadata.zz"'];
    expect(conform(object, 'patch').warnings).toEqual(told);
    expect(conform(object, 'patch', 'Ignore').warnings).toEqual([]);
  });
});
