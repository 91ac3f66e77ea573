import { describe, expect, test } from 'vitest';
import {
  certificateProblems,
  isOneLine,
} from '../../../../../src/rotation/domain/generated/certificate-problems.js';
import type { CertificateRules } from '../../../../../src/rotation/domain/rotation-spec.js';
import { certificateRules } from './generated.builder.js';

const HOUR_MS = 60 * 60 * 1_000;
const longest = `${'a'.repeat(63)}.`.repeat(3) + 'a'.repeat(61);

describe('a certificate', () => {
  test('takes names of hosts, addresses and URIs', () => {
    const dnsNames = ['db', 'db.pay.svc', '*.Example.com', 'xn--bcher-kva.example', longest];
    const ipAddresses = ['127.0.0.1', '::1', '2001:db8::10'];
    const uris = ['spiffe://cluster.local/ns/pay/sa/db', 'https://example.com/a?b#c', 'urn:a:b'];
    expect(placesOf({ dnsNames, ipAddresses, uris })).toEqual([]);
  });

  test.each([
    ...['', '.', 'a..b', 'a.', '-a', 'a-', 'a_b', 'a b', 'a.*', '*', '*a.b', 'bücher.example'],
    ...['127.0.0.1', '::1', `${longest}a`, 'a'.repeat(64), 'a\n', 'https://a'],
  ])('refuses %j as the name of a host', (name) => {
    expect(placesOf({ dnsNames: ['a', name] })).toEqual(['/dnsNames/1']);
  });

  test.each(['', 'a', '1.2.3', '256.1.1.1', '10.0.0.0/8', 'fe80::1%eth0', '[::1]'])(
    'refuses %j as an address',
    (address) => {
      expect(placesOf({ ipAddresses: [address] })).toEqual(['/ipAddresses/0']);
    },
  );

  test.each(['', 'a', '/a', '//a/b', 'https://', 'https://a b', 'urn:é', `urn:${'a'.repeat(509)}`])(
    'refuses %j as a URI',
    (uri) => {
      expect(placesOf({ uris: [uri] })).toEqual(['/uris/0']);
    },
  );

  test('refuses more names of a kind than clients read', () => {
    expect(placesOf({ dnsNames: Array.from({ length: 101 }, () => 'a') })).toEqual(['/dnsNames']);
  });

  test('has a common name of one line, which only others can stand in for', () => {
    const ca = { secretName: 'ca' };
    expect(placesOf({ commonName: 'Zoë "#1", O=web' })).toEqual([]);
    expect(placesOf({ commonName: 'a'.repeat(65) })).toEqual(['/commonName']);
    expect(placesOf({ commonName: 'a\nb' })).toEqual(['/commonName']);
    expect(placesOf({ commonName: '\ud800' })).toEqual(['/commonName']);
    expect(placesOf({ commonName: '', dnsNames: ['a'], ca })).toEqual([]);
    expect(placesOf({ commonName: '', dnsNames: ['a'] })).toEqual(['/commonName']);
    expect(placesOf({ commonName: '', ca })).toEqual(['/commonName']);
  });

  test('lives from an hour to ten years', () => {
    expect(placesOf({ lifetimeMs: HOUR_MS })).toEqual([]);
    expect(placesOf({ lifetimeMs: HOUR_MS - 1 })).toEqual(['/lifetime']);
    expect(placesOf({ lifetimeMs: 3_660 * 24 * HOUR_MS })).toEqual([]);
    expect(placesOf({ lifetimeMs: 3_660 * 24 * HOUR_MS + 1 })).toEqual(['/lifetime']);
    expect(placesOf({ lifetimeMs: Number.NaN })).toEqual(['/lifetime']);
  });

  test('is signed by what can be the name of a Secret', () => {
    expect(placesOf({ ca: { secretName: 'my-ca' } })).toEqual([]);
    expect(placesOf({ ca: { secretName: '../ca' } })).toEqual(['/ca/secretName']);
  });
});

test.each(['\n', '\r', '\u0000', '\u007f', '\u0085', '\u2028', '\u2029', '\ud800'])(
  'a text with %j is not one line',
  (character) => {
    expect(isOneLine('Zoë 🔑')).toBe(true);
    expect(isOneLine(`a${character}b`)).toBe(false);
  },
);

function placesOf(rules: Partial<CertificateRules>): readonly string[] {
  return certificateProblems(certificateRules(rules)).map(({ pointer }) => pointer);
}
