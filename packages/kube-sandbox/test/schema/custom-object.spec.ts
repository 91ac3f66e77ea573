import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';

import { ApiStatusError } from '../../src/model/api-status.js';
import { decodeObject } from '../../src/schema/decode-object.js';
import type { FieldValidation } from '../../src/schema/decode-options.js';
import { kubernetesSchemas } from '../../src/schema/schema-source.js';

const type = { group: 'e.com', version: 'v1', kind: 'Widget', isCustom: true };
const schema = {
  type: 'object',
  properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } },
};

function decode(body: unknown, fieldValidation: FieldValidation = 'Warn') {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const options = { ...type, schema, schemas: kubernetesSchemas(), fieldValidation };
  return decodeObject(Buffer.from(text), { ...options, contentType: 'application/json' });
}

function refusal(body: unknown, validation?: FieldValidation): string {
  try {
    decode(body, validation);
  } catch (error) {
    if (error instanceof ApiStatusError) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error('it was decoded');
}

function widget(members: object) {
  return { apiVersion: 'e.com/v1', kind: 'Widget', metadata: { name: 'w' }, ...members };
}

describe('decodeObject for custom resources', () => {
  test('types the metadata and leaves the types of the rest to validation', () => {
    const metadata = { name: 'w', labels: { a: null }, annotations: null };
    expect(decode(widget({ metadata, spec: { a: 5 } })).object).toEqual(
      widget({ metadata: { name: 'w', labels: { a: '' } }, spec: { a: 5 } }),
    );
    expect(refusal(widget({ metadata: { name: 1 } }))).toBe(
      '400 Widget in version "v1" cannot be handled as a Widget: json: cannot unmarshal number into Go struct field ObjectMeta.name of type string',
    );
    expect(refusal(widget({ metadata: 'x' }))).toContain(
      'json: cannot unmarshal string into Go value of type v1.ObjectMeta',
    );
  });

  test('tells duplicates first, then unknown fields of the metadata, then of the schema', () => {
    const body =
      '{"apiVersion":"e.com/v1","kind":"Widget","metadata":{"name":"w","zz":1,"zz":1},"b":1,"spec":{"c":1,"c":{"d":1}}}';
    const problems = [
      'duplicate field "metadata.zz"',
      'duplicate field "spec.c"',
      'unknown field "metadata.zz"',
      'unknown field "b"',
      'unknown field "spec.c"',
    ];
    expect(refusal(body, 'Strict')).toBe(
      `400 Widget in version "v1" cannot be handled as a Widget: strict decoding error: ${problems.join(', ')}`,
    );
    const { object, warnings } = decode(body);
    expect(warnings).toEqual(problems);
    expect(object).toEqual(widget({ spec: {} }));
  });

  test.each([
    [
      { apiVersion: undefined },
      '400 the API version in the data () does not match the expected API version (e.com/v1)',
    ],
    [
      { apiVersion: 'v1' },
      '400 the API version in the data (v1) does not match the expected API version (e.com/v1)',
    ],
    [{ kind: 'Foo' }, '422 Foo.e.com "w" is invalid: kind: Invalid value: "Foo": must be Widget'],
    [
      { kind: undefined },
      "400 the object provided is unrecognized (must be of type Widget): Object 'Kind' is missing",
    ],
  ])('the type has to be written: %j', (members, why) => {
    expect(refusal(widget(members))).toBe(why);
  });
});
