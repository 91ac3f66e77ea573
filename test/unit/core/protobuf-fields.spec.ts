import { describe, expect, it } from 'vitest';
import {
  protobufMessage,
  protobufObject,
  protobufText,
} from '../../../src/core/protobuf-fields.js';

const PREFIX = Buffer.from('k8s\0', 'latin1');

function field(number: number, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  const length =
    bytes.byteLength < 128
      ? [bytes.byteLength]
      : [(bytes.byteLength % 128) + 128, Math.floor(bytes.byteLength / 128)];
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), bytes]);
}

function object(...content: readonly Buffer[]): Buffer {
  const type = Buffer.concat([field(1, 'v1'), field(2, 'Secret')]);
  return Buffer.concat([PREFIX, field(1, type), field(2, Buffer.concat(content))]);
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

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['another prefix', Buffer.from('k9s\0')],
    ['JSON', Buffer.from('{}')],
    ['a length beyond the end', Buffer.concat([PREFIX, Buffer.from([10, 100, 1])])],
    ['a number without an end', Buffer.concat([PREFIX, Buffer.from([8, 255])])],
    ['a number of too many bytes', Buffer.concat([PREFIX, Buffer.from(Array(12).fill(255))])],
    ['a group, which is no longer used', Buffer.concat([PREFIX, Buffer.from([11])])],
    ['field zero', Buffer.concat([PREFIX, Buffer.from([2, 0])])],
  ])('is not: %s', (_title, body) => {
    expect(() => protobufObject(body)).toThrow('protobuf form of Kubernetes');
  });
});
