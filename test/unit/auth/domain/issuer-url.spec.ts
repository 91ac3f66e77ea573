import { describe, expect, it } from 'vitest';
import {
  discoveredKeysUrlProblem,
  discoveryUrlOf,
  issuerUrlProblem,
  keysUrlProblem,
} from '../../../../src/auth/domain/issuer-url.js';

describe('an issuer', () => {
  it.each(['https://a.test', 'https://a.test/realms/x', 'http://127.0.0.1:80', 'http://[::1]'])(
    'may be %s',
    (url) => {
      expect(issuerUrlProblem(url)).toBeUndefined();
    },
  );

  it.each([
    ['http://a.test', 'URL scheme must be https'],
    ['http://127.0.0.1.a.test', 'URL scheme must be https'],
    ['file:///etc/passwd', 'URL scheme must be https'],
    ['https://u@a.test', 'URL must not contain a username or password'],
    ['https://a.test?x', 'URL must not contain a query'],
    ['https://a.test#x', 'URL must not contain a fragment'],
    ['a.test', 'must be a URL'],
  ])('may not be %s: %s', (url, problem) => {
    expect(issuerUrlProblem(url)).toBe(problem);
  });
});

it('keys may stand at an address with a query, and only there', () => {
  expect(keysUrlProblem('https://a.test/keys?p=b2c')).toBeUndefined();
  expect(keysUrlProblem('http://a.test/keys?p=b2c')).toBe('URL scheme must be https');
});

it.each([
  'https://169.254.169.254/keys',
  'https://[fe80::1]/keys',
  'https://[febf::1]:8443/keys?x',
  'https://[::ffff:169.254.169.254]/keys',
  'https://0xa9fea9fe/keys',
])('keys may not stand at an address of this network alone: %s', (url) => {
  expect(keysUrlProblem(url)).toBe('host must not be link-local');
  expect(discoveredKeysUrlProblem(url, 'http://127.0.0.1/d')).toBe('host must not be link-local');
});

describe('keys that a discovery document names', () => {
  const remote = 'https://a.test/.well-known/openid-configuration';

  it.each(['http://127.0.0.1:8421/readyz', 'http://localhost', 'http://[::1]/', 'http://b.test'])(
    'may not be at %s where it is from elsewhere',
    (url) => {
      expect(discoveredKeysUrlProblem(url, remote)).toBe('URL scheme must be https');
    },
  );

  it('may be on loopback where it is from there, and at another host by https', () => {
    const local = 'http://localhost:8080/.well-known/openid-configuration';
    expect(discoveredKeysUrlProblem('http://127.0.0.1:9/keys', local)).toBeUndefined();
    expect(discoveredKeysUrlProblem('https://keys.test/k?v=1', remote)).toBeUndefined();
    expect(discoveredKeysUrlProblem('http://keys.test/k', local)).toBe('URL scheme must be https');
  });
});

it('the discovery document is below the issuer, whether or not that ends with a slash', () => {
  const expected = 'https://a.test/x/.well-known/openid-configuration';
  expect(discoveryUrlOf('https://a.test/x')).toBe(expected);
  expect(discoveryUrlOf('https://a.test/x/')).toBe(expected);
});
