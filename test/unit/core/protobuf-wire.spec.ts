import { describe, expect, it } from 'vitest';
import { kubectlLimits } from '../../../src/core/kubectl-limits.js';
import { protobufFields, wireTypes } from '../../../src/core/protobuf-wire.js';
import { field, numberField, varint } from '../../support/protobuf.js';

const { varint: number, delimited } = wireTypes;

describe('a message', () => {
  it('has its values by the number of their field, in their order, with their wire type', () => {
    const bytes = Buffer.concat([field(1, 'a'), numberField(2, 300), field(1, 'b')]);
    const fields = protobufFields(bytes);
    expect(fields.get(1)).toEqual([
      { wireType: delimited, bytes: Buffer.from('a') },
      { wireType: delimited, bytes: Buffer.from('b') },
    ]);
    expect(fields.get(2)).toEqual([{ wireType: number, bytes: Buffer.from([0xac, 2]) }]);
  });

  it('has values of four and of eight bytes', () => {
    const bytes = Buffer.concat([
      Buffer.from([13]),
      Buffer.alloc(4),
      Buffer.from([17, 1, 2, 3, 4]),
    ]);
    const fields = protobufFields(Buffer.concat([bytes, Buffer.alloc(4)]));
    expect([...fields.keys()]).toEqual([1, 2]);
  });

  it('has the largest field number and the largest number that there are', () => {
    const most = numberField(2 ** 29 - 1, 2n ** 64n - 1n);
    expect([...protobufFields(most).keys()]).toEqual([2 ** 29 - 1]);
  });

  it.each([
    ['a field number that Go cuts to another', field(2n ** 32n + 2n, '')],
    ['a field number past the largest', field(2 ** 29, '')],
    ['a field number past 64 bits', Buffer.concat([varint(2n ** 67n + 18n), Buffer.from([0])])],
    ['a negative field number', field(2n ** 31n, '')],
    ['field zero', Buffer.from([2, 0])],
    ['a field number that is longer than it has to be', Buffer.from([0x92, 0x80, 0, 0])],
    ['a length that is longer than it has to be', Buffer.from([18, 0x80, 0])],
    ['a number that is longer than it has to be', Buffer.from([8, 0x81, 0])],
    ['a number past 64 bits', Buffer.concat([Buffer.from([8]), varint(2n ** 64n)])],
    ['a number of too many bytes', Buffer.concat([Buffer.from([8]), varint(2n ** 70n)])],
    ['a number without an end', Buffer.from([8, 255])],
    ['a length beyond the end', Buffer.from([10, 100, 1])],
    ['a length past what Go counts', Buffer.concat([Buffer.from([10]), varint(2n ** 63n)])],
    ['a group', Buffer.from([11, 12])],
    ['the end of a group', Buffer.from([12])],
    ['a wire type that does not exist', Buffer.from([14])],
    ['four bytes that are three', Buffer.from([13, 0, 0, 0])],
  ])('is refused for %s', (_title, bytes) => {
    expect(() => protobufFields(bytes)).toThrow('protobuf form of Kubernetes');
  });

  it('is refused for more fields than it may have', () => {
    const { kubectlProtobufFieldsMax: most } = kubectlLimits;
    const bytes = Buffer.alloc(2 * (most + 1), Buffer.from([8, 1]));
    expect(protobufFields(bytes.subarray(2)).get(1)).toHaveLength(most);
    expect(() => protobufFields(bytes)).toThrow(`more than ${most} fields`);
  });
});
