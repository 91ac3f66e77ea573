import { describe, expect, it } from 'vitest';
import {
  embeddedAddresses,
  plainAddress,
} from '../../../../../src/platform/outbound/domain/embedded-addresses.js';

describe('a plain address', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::FFFF:127.0.0.1', '127.0.0.1'],
    ['::ffff:7f00:1', '127.0.0.1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
  ])('is that of %s', (text, plain) => {
    expect(plainAddress(text)).toBe(plain);
  });

  it.each(['', 'localhost', '127.1', 'fe80::1%eth0', '[::1]'])('is none: %j', (text) => {
    expect(plainAddress(text)).toBeUndefined();
  });
});

describe('what an IPv6 address carries', () => {
  it.each([
    ['IPv4-compatible', '::127.0.0.1', ['127.0.0.1']],
    ['translated', '::ffff:0:127.0.0.1', ['127.0.0.1']],
    ['NAT64', '64:ff9b::a9fe:a9fe', ['169.254.169.254']],
    ['NAT64 of 96 bits of its own', '64:ff9b:1::7f00:1', ['127.0.0.1', '0.0.0.0']],
    ['NAT64 of 48 bits of its own', '64:ff9b:1:7f00:0:100::', ['0.0.0.0', '127.0.0.1']],
    ['6to4', '2002:7f00:1::', ['127.0.0.1']],
    ['Teredo', '2001:0:a00:1::80ff:fffe', ['10.0.0.1', '127.0.0.1']],
    ['ISATAP', 'fd00::5efe:7f00:1', ['127.0.0.1']],
    ['universal ISATAP', 'fd00::200:5efe:7f00:1', ['127.0.0.1']],
  ])('is seen: %s', (_, address, carried) => {
    expect(embeddedAddresses(address)).toEqual(carried);
  });

  it.each(['127.0.0.1', '::', '::1', 'fd00::1', '2001:db8::7f00:1', 'fe80::1'])(
    'is nothing: %s',
    (address) => {
      expect(embeddedAddresses(address)).toEqual([]);
    },
  );
});
