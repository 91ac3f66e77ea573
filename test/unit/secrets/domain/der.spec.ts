import { describe, expect, it } from 'vitest';
import {
  derChildren,
  derElements,
  derHex,
  derNumber,
  derOctets,
} from '../../../../src/secrets/domain/der.js';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const read = (text: string): string[] | undefined =>
  derElements(hex(text))?.map(({ tag, content }) => `${tag}:${content.toString('hex')}`);
const number = (text: string): number | undefined => derNumber(derElements(hex(text))?.[0]);
const octets = (text: string): string | undefined =>
  derOctets(derElements(hex(text))?.[0])?.toString('hex');

describe('derElements', () => {
  it.each([
    ['nothing', '', []],
    ['elements in order', '020101 0402abcd', ['2:01', '4:abcd']],
    ['an empty element', '3000', ['48:']],
    ['a long length', '048103 010203', ['4:010203']],
    ['a long length of four bytes', '048400000001 ff', ['4:ff']],
    ['a marked end', '3080 020101 0000', ['48:020101']],
    [
      'marked ends within each other',
      '3080 3080 020101 0000 0000 0500',
      ['48:30800201010000', '5:'],
    ],
    ['zeros in an element before the mark', '3080 04020000 0000', ['48:04020000']],
  ])('reads %s', (_title, bytes, expected) => expect(read(bytes)).toEqual(expected));

  it.each([
    ['a tag without a length', '30'],
    ['a length past the end', '0405 00'],
    ['a long length that is cut', '0482 01'],
    ['a length of five bytes', '04850000000001 ff'],
    ['an end that is absent', '3080 020101'],
    ['an end of one byte', '3080 00'],
    ['a marked end of what has no elements', '0480 0000'],
  ])('refuses %s', (_title, bytes) => expect(read(bytes)).toBeUndefined());

  it('refuses more elements than asked for', () => {
    expect(derElements(hex('05000500'), 1)).toBeUndefined();
    expect(derElements(Buffer.alloc(2 * 65))).toBeUndefined();
  });

  it('reads nesting without recursion', () => {
    const depth = 200_000;
    const nested = Buffer.concat([Buffer.alloc(2 * depth, '3080', 'hex'), Buffer.alloc(2 * depth)]);
    expect(derElements(nested)?.[0]?.content).toHaveLength(4 * depth - 4);
    expect(derElements(nested.subarray(0, -2))).toBeUndefined();
  });
});

describe('derNumber', () => {
  it.each([
    ['020100', 0],
    ['02020800', 2_048],
    ['02050080000000', 2 ** 31],
    ['0206 7fffffffffff', 2 ** 47 - 1],
  ])('reads %s', (bytes, expected) => expect(number(bytes)).toBe(expected));

  it.each(['0200', '0201ff', '020700000000000001', '040101', ''])('refuses %s', (bytes) =>
    expect(number(bytes)).toBeUndefined(),
  );
});

describe('derOctets', () => {
  it('reads an octet string, whole or in parts', () => {
    expect(octets('0402abcd')).toBe('abcd');
    expect(octets('2480 0401ab 0401cd 0000')).toBe('abcd');
    expect(octets('2406 0401ab 0401cd')).toBe('abcd');
  });

  it('refuses other elements', () => {
    expect(['0201ab', '2403 0201ab', '2402 0405', ''].map(octets)).toEqual(
      Array.from({ length: 4 }),
    );
  });
});

describe('derChildren', () => {
  it('has none of an absent or broken element', () => {
    expect(derChildren(undefined)).toEqual([]);
    expect(derChildren({ tag: 0x30, content: hex('0405') })).toEqual([]);
    expect(derChildren({ tag: 0x30, content: hex('0500') })).toHaveLength(1);
    expect(derHex(undefined)).toBe('');
  });
});
