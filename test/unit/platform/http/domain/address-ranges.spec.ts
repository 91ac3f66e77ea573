import { describe, expect, it } from 'vitest';
import {
  AddressRanges,
  coversRange,
  isAddressRange,
} from '../../../../../src/platform/http/domain/address-ranges.js';

describe('an address range', () => {
  it.each(['10.0.0.0/8', '10.0.0.1', '::1', 'fd00::/8', '0.0.0.0/0'])('is %s', (range) => {
    expect(isAddressRange(range)).toBe(true);
  });

  it.each(['', 'proxy.local', '10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/-1'])(
    'is not %j',
    (range) => {
      expect(isAddressRange(range)).toBe(false);
      expect(() => new AddressRanges([range])).toThrow(RangeError);
    },
  );

  it.each([
    ['10.0.0.0/8', '10.1.0.0/16', true],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.3/32', true],
    ['10.1.0.0/16', '10.0.0.0/8', false],
    ['10.0.0.0/8', '11.0.0.0/16', false],
    ['0.0.0.0/0', '::/0', false],
    ['::/0', '10.0.0.0/8', false],
    ['::/0', '::ffff:10.0.0.0/104', false],
    ['fd00::/8', 'fd12::/16', true],
  ])('%s covers %s: %s', (outer, inner, covers) => {
    expect(coversRange(outer, inner)).toBe(covers);
  });
});

describe('a set of them', () => {
  const ranges = new AddressRanges(['10.0.0.0/8', '192.0.2.7', 'fd00::/16']);

  it('has what is in one of them', () => {
    for (const address of ['10.255.0.1', '192.0.2.7', 'fd00::1']) {
      expect(ranges.has(address)).toBe(true);
    }
  });

  it('has nothing else, and no text that is no address', () => {
    for (const address of ['11.0.0.1', '192.0.2.8', 'fd01::1', '', '10.0.0', 'localhost']) {
      expect(ranges.has(address)).toBe(false);
    }
    expect(new AddressRanges([]).has('127.0.0.1')).toBe(false);
  });

  it('has addresses of the family of a range alone', () => {
    const ipv6 = new AddressRanges(['::/0']);
    const ipv4 = new AddressRanges(['0.0.0.0/0']);
    for (const address of ['::1', '2001:db8::1', 'fe80::1']) {
      expect([ipv6.has(address), ipv4.has(address)]).toEqual([true, false]);
    }
    for (const address of [
      '10.1.2.3',
      '::ffff:10.1.2.3',
      '::FFFF:a01:203',
      '0:0:0:0:0:ffff:a01:203',
    ]) {
      expect([ipv6.has(address), ipv4.has(address)]).toEqual([false, true]);
    }
  });

  it('takes an IPv4 address for the same in both ways of writing it', () => {
    for (const range of ['10.0.0.0/8', '::ffff:10.0.0.0/104']) {
      const set = new AddressRanges([range]);
      expect(
        ['10.1.2.3', '::ffff:10.1.2.3', '11.1.2.3', '::ffff:11.1.2.3'].map((address) =>
          set.has(address),
        ),
      ).toEqual([true, true, false, false]);
    }
  });
});
