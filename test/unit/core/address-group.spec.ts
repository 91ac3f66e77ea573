import { describe, expect, it } from 'vitest';
import { addressGroup } from '../../../src/core/address-group.js';

describe('addresses that are counted together', () => {
  it('are those of one IPv6 network, however they are spelled', () => {
    const network = '2001:db8:0:1::/64';
    for (const address of ['2001:db8:0:1::1', '2001:db8:0:1:ffff::', '2001:0DB8:0:1:a:b:c:d']) {
      expect(addressGroup(address)).toBe(network);
    }
    expect(addressGroup('2001:db8:0:2::1')).not.toBe(network);
    expect(addressGroup('::1')).toBe('0:0:0:0::/64');
    expect(addressGroup('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  });

  it('are no others', () => {
    expect(addressGroup('198.51.100.9')).toBe('198.51.100.9');
    expect(addressGroup('')).toBe('');
  });
});
