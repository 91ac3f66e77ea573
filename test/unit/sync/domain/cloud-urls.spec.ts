import { expect, it } from 'vitest';
import { isInDomain, plainHttpsUrl } from '../../../../src/sync/domain/cloud-urls.js';

it.each(['https://a.test', 'https://a.test/', 'https://a.test:8443'])('takes %s', (text) => {
  expect(plainHttpsUrl(text)?.hostname).toBe('a.test');
});

it.each([
  ...['http://a.test', 'a.test', '', 'https://', 'ftp://a.test', 'https://user@a.test'],
  ...['https://a.test/path', 'https://a.test?query', 'https://a.test#part', 'javascript:1'],
])('refuses %j', (text) => {
  expect(plainHttpsUrl(text)).toBeUndefined();
});

it.each([
  ['https://pay.vault.azure.net', true],
  ['https://vault.azure.net', true],
  ['https://evilvault.azure.net', false],
  ['https://vault.azure.net.evil.test', false],
  ['https://evil.test', false],
])('%s is a host of vault.azure.net: %s', (url, isOf) => {
  expect(isInDomain(new URL(url), 'vault.azure.net')).toBe(isOf);
});
