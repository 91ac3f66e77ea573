import { generateKeyPairSync } from 'node:crypto';
// @peculiar/x509 needs it.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { describe, expect, test } from 'vitest';
import { pem } from '../../schemas/domain/kinds/fixtures.js';
import { certificateOf, explicit } from './certificate.builder.js';
import { marker } from './secret.builder.js';
import { placesOf } from './type-errors.builder.js';

const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;

describe('kubernetes.io/tls', () => {
  const type = 'kubernetes.io/tls';

  test('takes a certificate with its key, and a chain with the leaf first', async () => {
    const [leaf, ca] = [await pair('leaf'), await pair('ca')];
    expect(placesOf(type, { 'tls.crt': leaf.crt, 'tls.key': leaf.key })).toEqual([]);
    const chain = `Bag Attributes\n${leaf.crt}\n${ca.crt}\n`;
    expect(placesOf(type, { 'tls.crt': chain, 'tls.key': leaf.key })).toEqual([]);
  });

  test('takes a key behind the parameters that openssl ecparam writes', async () => {
    const leaf = await pair('leaf');
    const parameters =
      '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----';
    const key = `${parameters}\n${leaf.key}\n`;
    expect(placesOf(type, { 'tls.crt': leaf.crt, 'tls.key': key })).toEqual([]);
  });

  test('refuses the key of another certificate, and a chain that begins with its CA', async () => {
    const [leaf, ca] = [await pair('leaf'), await pair('ca')];
    expect(placesOf(type, { 'tls.crt': leaf.crt, 'tls.key': ca.key })).toEqual(['/data/tls.key']);
    const reversed = `${ca.crt}\n${leaf.crt}\n`;
    expect(placesOf(type, { 'tls.crt': reversed, 'tls.key': leaf.key })).toEqual(['/data/tls.key']);
  });

  test('parses the first twenty certificates alone', async () => {
    const leaf = await pair('leaf');
    const damaged = '\n-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n';
    const of = (count: number) => ({
      'tls.crt': `${leaf.crt}\n`.repeat(count) + damaged,
      'tls.key': leaf.key,
    });
    expect(placesOf(type, of(19))).toEqual(['/data/tls.crt']);
    expect(placesOf(type, of(20))).toEqual([]);
  });

  test('refuses a key with explicit parameters, unparsed', async () => {
    const leaf = await pair('leaf');
    const other = pem('CERTIFICATE', certificateOf(explicit));
    const data = { 'tls.crt': `${leaf.crt}\n${other}`, 'tls.key': leaf.key };
    expect(placesOf(type, data)).toEqual(['/data/tls.crt']);
  });

  test('refuses what is not PEM, and a key with a passphrase, without quoting either', () => {
    expect(placesOf(type, { 'tls.crt': marker, 'tls.key': marker })).toEqual([
      '/data/tls.crt',
      '/data/tls.key',
    ]);
    const { privateKey } = generateKeyPairSync('ed25519');
    const cipher = { cipher: 'aes-256-cbc', passphrase: marker };
    const locked = privateKey.export({ ...pkcs8, ...cipher }) as string;
    expect(placesOf(type, { 'tls.crt': '', 'tls.key': locked })).toContain('/data/tls.key');
  });
});

async function pair(commonName: string) {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName}`,
    keys,
    signingAlgorithm: algorithm,
  });
  const der = new Uint8Array(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { crt: certificate.toString('pem'), key: x509.PemConverter.encode(der, 'PRIVATE KEY') };
}
