import { X509Certificate, createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsePem } from '../../../../src/secrets/domain/pem.js';
import type {
  CertificateRules,
  KeyAlgorithm,
} from '../../../../src/rotation/domain/rotation-spec.js';
import type { GenerateInput } from '../../../../src/rotation/generators/generate.js';
import type { CaSecret } from '../../../../src/rotation/generators/signing-authority.js';
import { certificateRules, generated } from '../domain/generated/generated.builder.js';
import { OpensslFolder, caSecret, keyKinds } from './openssl-ca.js';
import { textsOf } from './values.builder.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const ca = { secretName: 'my-ca' };
const algorithms: readonly (readonly [string, KeyAlgorithm, string])[] = [
  ['Ed25519', { name: 'Ed25519' }, 'Digital Signature'],
  ['P-256', { name: 'ECDSA', curve: 'P-256' }, 'Digital Signature'],
  ['P-384', { name: 'ECDSA', curve: 'P-384' }, 'Digital Signature'],
  ['P-521', { name: 'ECDSA', curve: 'P-521' }, 'Digital Signature'],
  ['RSA', { name: 'RSA', bits: 2048 }, 'Digital Signature, Key Encipherment'],
];
let openssl: OpensslFolder;

beforeAll(async () => {
  openssl = await OpensslFolder.make();
});
afterAll(() => openssl.remove());

describe('a self-signed certificate', () => {
  test.each(algorithms)('for %s is good for openssl', async (...row) => {
    const [, algorithm, usage] = row;
    const { pem, authority, leaf } = await made({ algorithm, dnsNames: ['db.svc'] });
    expect(await openssl.verify(pem, authority, ['-verify_hostname', 'db.svc'])).toBe('OK');
    expect(await openssl.verify(pem, authority, ['-purpose', 'sslclient'])).toBe('OK');
    expect(leaf.verify(leaf.publicKey) && leaf.issuer === leaf.subject).toBe(true);
    const text = await openssl.text(pem);
    expect(text).toMatch(new RegExp(`Key Usage: critical\\n +${usage}\\n`));
    expect(text).toMatch(/Basic Constraints: critical\n +CA:FALSE\n/);
    expect(text).toMatch(/Web Server Authentication, TLS Web Client Authentication\n/);
  });

  test('is its own CA for who verifies it', async () => {
    const { pem, authority } = await made({});
    expect(authority).toBe(pem);
  });

  test('has every name as it was given', async () => {
    const { leaf } = await made({
      commonName: '#00 "q", O=x\\2c + Zoë',
      dnsNames: ['db', '*.db.svc'],
      ipAddresses: ['10.0.0.1', '2001:db8::1'],
      uris: ['spiffe://cluster.local/ns/pay/sa/db'],
    });
    expect(leaf.toLegacyObject().subject.CN).toBe('#00 "q", O=x\\2c + Zoë');
    expect(leaf.subjectAltName).toBe(
      'DNS:db, DNS:*.db.svc, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1, ' +
        'URI:spiffe://cluster.local/ns/pay/sa/db',
    );
  });

  test('is valid from a little ago for its lifetime, and across the year 2050', async () => {
    const nowMs = Date.parse('2045-06-01T12:00:00.999Z');
    const { leaf } = await made({ lifetimeMs: 3_660 * DAY_MS }, { nowMs });
    expect(leaf.validFromDate).toEqual(new Date('2045-06-01T11:55:00Z'));
    expect(leaf.validToDate).toEqual(new Date('2055-06-09T12:00:00Z'));
  });

  test('has a serial number that is random, positive and of 16 bytes', async () => {
    const serials = [];
    for (let run = 0; run < 20; run += 1) serials.push((await made({})).leaf.serialNumber);
    expect(new Set(serials).size).toBe(20);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
  });
});

describe('a certificate by a CA', () => {
  test.each(Object.entries(keyKinds))('with a key of %s is good for openssl', async (...row) => {
    const [name, key] = row;
    const root = await openssl.makeCa(name, { key });
    const { pem, authority, leaf } = await made(
      { ca, ipAddresses: ['10.0.0.1'] },
      { readCa: reads(caSecret(root)) },
    );
    expect(await openssl.verify(pem, authority, ['-verify_ip', '10.0.0.1'])).toBe('OK');
    expect(leaf.ca).toBe(false);
    expect(new X509Certificate(authority).raw).toEqual(new X509Certificate(root.certificate).raw);
    const elsewhere = openssl.verify(pem, authority, ['-verify_ip', '10.0.0.2']);
    await expect(elsewhere).rejects.toThrow('IP address mismatch');
  });

  test('is followed by intermediates, not by the root', async () => {
    const root = await openssl.makeCa('root');
    const issuer = await openssl.makeCa('issuer', { issuer: root });
    const { pem, authority, chain } = await made(
      { ca },
      { readCa: reads(caSecret(issuer, [root])) },
    );
    expect(chain.map(({ subject }) => subject)).toEqual(['CN=web', 'O=test\nCN=issuer']);
    expect(new X509Certificate(authority).subject).toBe('O=test\nCN=root');
    expect(await openssl.verify(pem, authority)).toBe('OK');
  });

  test('is verified with the intermediate where no root came with it', async () => {
    const root = await openssl.makeCa('root');
    const issuer = await openssl.makeCa('issuer', { issuer: root });
    const { pem, authority } = await made({ ca }, { readCa: reads(caSecret(issuer)) });
    expect(await openssl.verify(pem, root.certificate)).toBe('OK');
    expect(await openssl.verify(pem, authority, ['-partial_chain'])).toBe('OK');
  });

  test("names its CA in the CA's own octets", async () => {
    const root = await openssl.makeCa('root');
    const der = new X509Certificate(root.certificate).raw;
    // As printable and as UTF-8 string, of which this program would choose the one for itself.
    expect(der.includes(Buffer.from('\x0c\x04root'))).toBe(true);
    const { leaf } = await made({ ca }, { readCa: reads(caSecret(root)) });
    expect(leaf.raw.includes(Buffer.from('\x0c\x04root'))).toBe(true);
    expect(leaf.raw.includes(Buffer.from('\x13\x04root'))).toBe(false);
  });

  test('names the key of its CA as that does itself', async () => {
    const isCa = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign'];
    const extensions = [...isCa, 'subjectKeyIdentifier=A1B2C3D4'];
    const root = await openssl.makeCa('root', { extensions });
    const { pem } = await made({ ca }, { readCa: reads(caSecret(root)) });
    expect(await openssl.text(pem)).toMatch(/Authority Key Identifier: \n +A1:B2:C3:D4\n/);
    expect(await openssl.verify(pem, root.certificate)).toBe('OK');
  });

  test('has its other names as critical ones where there is no common name', async () => {
    const root = await openssl.makeCa('root');
    const { pem, leaf } = await made(
      { ca, commonName: '', dnsNames: ['db.svc'] },
      { readCa: reads(caSecret(root)) },
    );
    expect(leaf.toLegacyObject().subject).toEqual({});
    expect(await openssl.text(pem)).toContain('Subject Alternative Name: critical');
    expect(await openssl.verify(pem, root.certificate, ['-verify_hostname', 'db.svc'])).toBe('OK');
  });

  test('is not made where the CA cannot be read, with the words of who reads it', async () => {
    const readCa = () => Promise.reject(new Error('no such Secret'));
    await expect(made({ ca }, { readCa })).rejects.toThrow('no such Secret');
  });
});

/** All stored, with the private key checked against the certificate. */
async function made(rules: Partial<CertificateRules>, input: Partial<GenerateInput> = {}) {
  const certificate = certificateRules({ caKey: 'ca.crt', ...rules });
  const texts = await textsOf([generated('tls.key', { kind: 'certificate', certificate })], input);
  const { 'tls.key': key = '', 'tls.crt': pem = '', 'ca.crt': authority = '' } = texts;
  const chain = (parsePem(pem) ?? []).map(({ text }) => new X509Certificate(text));
  const leaf = new X509Certificate(pem);
  expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(pem.endsWith('-----END CERTIFICATE-----\n')).toBe(true);
  return { pem, authority, chain, leaf };
}

function reads(secret: CaSecret): GenerateInput['readCa'] {
  return (secretName) =>
    secretName === ca.secretName
      ? Promise.resolve(secret)
      : Promise.reject(new Error('another Secret was read'));
}
