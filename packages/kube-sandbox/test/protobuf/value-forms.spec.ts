import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';

import { decodeMessage } from '../../src/protobuf/decode-message.js';
import { bytesField, intField } from './protobuf-encoding.js';

function decode(type: string, ...parts: readonly Buffer[]): unknown {
  return decodeMessage(Buffer.concat(parts), type);
}

describe('times', () => {
  const atNoon = intField(1, 1_767_355_200n);

  it('are written in UTC, to the second or the microsecond', () => {
    expect(decode('meta.v1.Time', atNoon, intField(2, 999n))).toBe('2026-01-02T12:00:00Z');
    expect(decode('meta.v1.MicroTime', atNoon, intField(2, 6_999n))).toBe(
      '2026-01-02T12:00:00.000006Z',
    );
    expect(decode('meta.v1.MicroTime', intField(1, -1n), intField(2, 999_999_000n))).toBe(
      '1969-12-31T23:59:59.999999Z',
    );
  });

  it('are absent where they are zero', () => {
    expect(decode('meta.v1.ObjectMeta', bytesField(8))).toEqual({});
    expect(decode('meta.v1.Time', intField(1, -62_135_596_800n))).toBeNull();
    expect(decode('meta.v1.Time', intField(1, 0n))).toBe('1970-01-01T00:00:00Z');
  });

  it.each([-(2n ** 63n), 2n ** 62n, 253_402_300_800n])('are of four-digit years: %s', (seconds) => {
    expect(() => decode('meta.v1.Time', intField(1, seconds))).toThrow(/year outside of range/);
  });
});

describe('values of more than one type', () => {
  it('are quantities as text', () => {
    expect(decode('api.resource.Quantity', bytesField(1, '1500m'))).toBe('1500m');
    expect(decode('api.resource.Quantity')).toBe('0');
  });

  it('are a number or a text by their type', () => {
    const [number, text] = [intField(2, 80n), bytesField(3, 'http')];
    expect(decode('util.intstr.IntOrString', intField(1, 0n), number, text)).toBe(80);
    expect(decode('util.intstr.IntOrString', intField(1, 1n), number, text)).toBe('http');
    expect(() => decode('util.intstr.IntOrString', intField(1, 2n))).toThrow('impossible');
  });

  it('are JSON in text', () => {
    const fields = bytesField(7, bytesField(1, '{"f:data":{}}'));
    expect(decode('meta.v1.ManagedFieldsEntry', fields)).toEqual({ fieldsV1: { 'f:data': {} } });
    expect(decode('apiextensions.v1.JSON', bytesField(1, '[1,null]'))).toEqual([1, null]);
    expect(decode('apiextensions.v1.JSON')).toBeNull();
    expect(() => decode('apiextensions.v1.JSON', bytesField(1, '{'))).toThrow(/^unexpected end/);
    expect(() => decode('apiextensions.v1.JSON', bytesField(1, '['.repeat(9_999)))).toThrow(
      /depth/,
    );
  });

  it('keep null among the values of an enumeration', () => {
    const values = [bytesField(20, bytesField(1, 'null')), bytesField(20, bytesField(1, '"a"'))];
    expect(decode('apiextensions.v1.JSONSchemaProps', ...values)).toEqual({ enum: [null, 'a'] });
  });
});

describe('what is a JSON schema or something else', () => {
  /** As Go encodes it: empty where it is no pointer. */
  const schema = [bytesField(1, ''), bytesField(5, 'object'), intField(10, 0n)];

  it('is a boolean or a schema without its empty values', () => {
    const type = 'apiextensions.v1.JSONSchemaPropsOrBool';
    expect(decode(type, intField(1, 1n))).toBe(true);
    expect(decode(type, intField(1, 0n))).toBe(false);
    expect(decode(type, intField(1, 1n), bytesField(2, ...schema))).toEqual({ type: 'object' });
  });

  it('is one schema or a list of them', () => {
    const type = 'apiextensions.v1.JSONSchemaPropsOrArray';
    expect(decode(type, bytesField(1, ...schema))).toEqual({ type: 'object' });
    expect(decode(type, bytesField(2, ...schema))).toEqual([{ type: 'object' }]);
    expect(decode(type)).toBeNull();
  });

  it('is a schema or a list of names', () => {
    const type = 'apiextensions.v1.JSONSchemaPropsOrStringArray';
    expect(decode(type, bytesField(1, ...schema))).toEqual({ type: 'object' });
    expect(decode(type, bytesField(2, 'a'), bytesField(2, 'b'))).toEqual(['a', 'b']);
  });
});
