import { describe, expect, it } from 'vitest';
import {
  TrustedProxies,
  isTrustedPeer,
  sourceAddress,
} from '../../../../../src/platform/http/domain/source-address.js';

const proxies = new TrustedProxies(['10.0.0.0/8', '192.0.2.7', 'fd00::/16']);

function from(peer: string | undefined, forwardedFor?: string, forwarded?: string) {
  return sourceAddress({ peer, forwardedFor, forwarded }, proxies);
}

it.each([
  ['10.1.1.1', true],
  ['::ffff:10.1.1.1', true],
  ['fd00::1', true],
  ['198.51.100.1', false],
  ['', false],
])('tells whether %s is a proxy that is believed', (peer, isTrusted) => {
  expect(isTrustedPeer(peer, proxies)).toBe(isTrusted);
});

describe('the source of a request', () => {
  it.each([
    ['198.51.100.1', '1.2.3.4', undefined],
    ['198.51.100.1', undefined, 'for=1.2.3.4'],
    ['192.0.2.8', '1.2.3.4', undefined],
    ['2001:db8::1', '1.2.3.4', undefined],
  ])('is the socket of whoever is no trusted proxy: %s', (peer, forwardedFor, forwarded) => {
    expect(from(peer, forwardedFor, forwarded)).toBe(peer);
  });

  it('has nobody to believe without a setting', () => {
    const nobody = new TrustedProxies();
    const said = { peer: '127.0.0.1', forwardedFor: '1.2.3.4', forwarded: undefined };
    expect(sourceAddress(said, nobody)).toBe('127.0.0.1');
  });

  it.each([
    ['10.1.1.1', '198.51.100.9', undefined, '198.51.100.9'],
    ['::ffff:10.1.1.1', '198.51.100.9', undefined, '198.51.100.9'],
    ['fd00::1', '2001:DB8::9', undefined, '2001:db8::9'],
    ['10.1.1.1', '198.51.100.9:4711', undefined, '198.51.100.9'],
    ['10.1.1.1', '[2001:db8::9]:4711', undefined, '2001:db8::9'],
    ['10.1.1.1', undefined, 'for=198.51.100.9;proto=https', '198.51.100.9'],
    ['10.1.1.1', undefined, 'proto=https; For="[2001:db8::9]:47011"', '2001:db8::9'],
    ['10.1.1.1', undefined, undefined, '10.1.1.1'],
  ])('is what a proxy of %s says: %s, %s', (peer, forwardedFor, forwarded, source) => {
    expect(from(peer, forwardedFor, forwarded)).toBe(source);
  });

  it('is the last hop before ours, not the first that anybody can invent', () => {
    expect(from('10.1.1.1', '1.2.3.4, 198.51.100.9, 10.2.2.2')).toBe('198.51.100.9');
    expect(from('10.1.1.1', undefined, 'for=1.2.3.4, for=198.51.100.9, for=10.2.2.2')).toBe(
      '198.51.100.9',
    );
  });

  it.each(['unknown', '_hidden', '', '127.1', '0x7f.0.0.1', '198.51.100.9; drop', 'localhost'])(
    'is the nearest known hop where the next is no address: %s',
    (hop) => {
      expect(from('10.1.1.1', `198.51.100.9, ${hop}`)).toBe('10.1.1.1');
      expect(from('10.1.1.1', `${hop}, 10.2.2.2`)).toBe('10.2.2.2');
    },
  );

  it('is nobody where the two headers contradict each other', () => {
    expect(from('10.1.1.1', '198.51.100.9', 'for=1.2.3.4')).toBeUndefined();
    expect(from('10.1.1.1', '198.51.100.9', 'for=198.51.100.9')).toBe('198.51.100.9');
    expect(from('198.51.100.1', '1.2.3.4', 'for=5.6.7.8')).toBe('198.51.100.1');
  });

  it('is empty where the socket is gone', () => {
    expect(from(undefined, '1.2.3.4')).toBe('');
  });
});
