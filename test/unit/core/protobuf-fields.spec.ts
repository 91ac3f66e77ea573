import { describe, expect, it } from 'vitest';
import {
  protobufMessage,
  protobufObject,
  protobufText,
  requireWireTypes,
} from '../../../src/core/protobuf-fields.js';
import { wireTypes } from '../../../src/core/protobuf-wire.js';
import { field, numberField, protobufBody } from '../../support/protobuf.js';

const PREFIX = Buffer.from('k8s\0', 'latin1');

function object(...content: readonly Buffer[]): Buffer {
  return protobufBody({ apiVersion: 'v1', kind: 'Secret' }, content);
}

describe('an object in the protobuf form', () => {
  it('tells its type, and what stands in its fields', () => {
    const read = protobufObject(object(field(1, field(1, 'db')), field(3, 'x'.repeat(300))));
    expect(read).toMatchObject({ apiVersion: 'v1', kind: 'Secret' });
    expect(protobufText(protobufMessage(read.fields, 1), 1)).toBe('db');
    expect(protobufText(read.fields, 3)).toHaveLength(300);
    expect(protobufText(read.fields, 9)).toBe('');
  });

  it('may hold numbers of every kind, which are passed over', () => {
    const numbers = Buffer.from([
      5 * 8,
      0x96,
      1,
      6 * 8 + 1,
      ...Array(8).fill(0),
      7 * 8 + 5,
      0,
      0,
      0,
      0,
    ]);
    const read = protobufObject(object(numbers, field(1, 'kept')));
    expect(protobufText(read.fields, 1)).toBe('kept');
  });

  it('is refused where one field is given twice, which readers take differently', () => {
    const read = protobufObject(object(field(1, field(1, 'a')), field(1, field(1, 'b'))));
    expect(() => protobufMessage(read.fields, 1)).toThrow('more than once');
  });

  it('is refused where a text or a message is written as a number', () => {
    const read = protobufObject(object(numberField(1, 5)));
    expect(() => protobufText(read.fields, 1)).toThrow('protobuf form of Kubernetes');
    expect(() => protobufMessage(read.fields, 1)).toThrow('protobuf form of Kubernetes');
  });

  it('is refused where a text is not valid UTF-8', () => {
    const read = protobufObject(object(field(1, Buffer.from([0xff]))));
    expect(() => protobufText(read.fields, 1)).toThrow('UTF-8');
  });

  it('may be asked for the types of its fields', () => {
    const { fields } = protobufObject(object(field(1, 'a'), numberField(2, 1), field(2, 'b')));
    const { delimited, varint } = wireTypes;
    expect(() => requireWireTypes(fields, new Map([[1, delimited]]))).not.toThrow();
    expect(() => requireWireTypes(fields, new Map([[9, varint]]))).not.toThrow();
    expect(() => requireWireTypes(fields, new Map([[2, varint]]))).toThrow('protobuf form');
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another prefix', Buffer.from('k9s\0')],
    ['JSON', Buffer.from('{}')],
    ['a length beyond the end', Buffer.concat([PREFIX, Buffer.from([10, 100, 1])])],
    ['a type that is a number', Buffer.concat([PREFIX, numberField(1, 1)])],
    ['an encoding that is a number', Buffer.concat([object(), numberField(3, 1)])],
  ])('is not: %s', (_title, body) => {
    expect(() => protobufObject(body)).toThrow('protobuf form of Kubernetes');
  });
});
