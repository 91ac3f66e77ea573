import { expect, it } from 'vitest';
import { printable, storeUrl } from '../../../../src/sync/domain/store-url.js';

it.each(['https://store.example', 'https://store.example:8443/a/b', 'https://[2001:db8::1]'])(
  '%s is the base of requests',
  (url) => {
    expect(storeUrl.safeParse(url).success).toBe(true);
  },
);

it.each([
  'http://store.example',
  'https://user@store.example',
  'https://store.example/?query',
  'https://store.example/#fragment',
  'https://store.example/a%2Fb',
  'https://store.example\\@other.example',
  'https://',
  `https://store.example/${'a'.repeat(2_048)}`,
])('%j is none', (url) => {
  expect(storeUrl.safeParse(url).success).toBe(false);
});

it('takes printable ASCII characters for an audience', () => {
  expect(printable.safeParse('api://other-cluster').success).toBe(true);
  for (const text of ['', 'a b', 'a\n', 'ä', 'a'.repeat(254)]) {
    expect(printable.safeParse(text).success).toBe(false);
  }
});
