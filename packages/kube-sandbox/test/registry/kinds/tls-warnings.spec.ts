import { generateKeyPairSync, type KeyObject } from 'node:crypto';
// @peculiar/x509 needs it.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { expect, test } from 'vitest';
import { tlsWarnings } from '../../../src/registry/kinds/tls-warnings.js';

/* What kube-apiserver 1.37.2 warned of. */
const foo = '-----BEGIN FOO-----\nAAAA\n-----END FOO-----\n';

test('a pair and a chain behind it are fine', async () => {
  const [leaf, other] = [await pair(), await pair()];
  expect(tlsWarnings(leaf.crt, leaf.key)).toEqual([]);
  expect(tlsWarnings(`${foo}${leaf.crt}${other.crt}`, `${foo}${leaf.key}`)).toEqual([]);
});

test('keys of another certificate or another kind are told', async () => {
  const [leaf, other] = [await pair(), await pair()];
  const rsa = pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
  expect(tlsWarnings(leaf.crt, other.key)).toEqual(['tls: private key does not match public key']);
  expect(tlsWarnings(leaf.crt, rsa)).toEqual([
    'tls: private key type does not match public key type',
  ]);
});

test('what is no certificate or no key is told without its content', async () => {
  const { crt, key } = await pair();
  const broken = (type: string) => `-----BEGIN ${type}-----\nAAAA\n-----END ${type}-----\n`;
  const cases: readonly (readonly [string, string, string])[] = [
    ['', '', 'tls: failed to find any PEM data in certificate input'],
    [crt, 'hunter2', 'tls: failed to find any PEM data in key input'],
    [
      key,
      crt,
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
    ],
    [
      foo,
      key,
      'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [FOO]',
    ],
    [crt, crt, 'tls: found a certificate rather than a key in the PEM for the private key'],
    [
      crt,
      foo,
      'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [FOO]',
    ],
    [broken('CERTIFICATE'), key, 'x509: malformed certificate'],
    [crt, broken('PRIVATE KEY'), 'tls: failed to parse private key'],
  ];
  for (const [certificate, privateKey, warning] of cases) {
    expect(tlsWarnings(certificate, privateKey)).toEqual([warning]);
  }
});

async function pair(): Promise<{ readonly crt: string; readonly key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=a',
    keys,
    signingAlgorithm: algorithm,
  });
  const der = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    crt: `${certificate.toString('pem')}\n`,
    key: x509.PemConverter.encode(der, 'PRIVATE KEY'),
  };
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
