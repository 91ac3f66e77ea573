import { X509Certificate, createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { GeneratorFault } from '../../../../src/rotation/generators/generator-fault.js';
import {
  type CaSecret,
  isRoot,
  readAuthority,
} from '../../../../src/rotation/generators/signing-authority.js';
import { signingKeyOf } from '../../../../src/rotation/generators/signing-key.js';
import { type MadeCa, OpensslFolder, caSecret, keyKinds } from './openssl-ca.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
let openssl: OpensslFolder;
let root: MadeCa;
let issuer: MadeCa;

beforeAll(async () => {
  openssl = await OpensslFolder.make();
  root = await openssl.makeCa('root');
  issuer = await openssl.makeCa('issuer', { issuer: root, days: 50 });
});
afterAll(() => openssl.remove());

describe('a CA in a Secret', () => {
  test('signs with its key, and has the CAs above it', () => {
    const { chain, key } = read(caSecret(issuer, [root]));
    expect(chain.map((certificate) => isRoot(certificate))).toEqual([false, true]);
    expect(chain[0].checkPrivateKey(key)).toBe(true);
  });

  test('may have other things between its certificates', () => {
    const { certificate, privateKey } = caSecret(issuer);
    expect(read({ certificate: `Bag\n${certificate}\n\n`, privateKey }).chain).toHaveLength(1);
  });

  test.each<[string, () => CaSecret, string]>([
    ['without certificates', () => withCertificate(''), 'has no PEM certificates'],
    ['with text for one', () => withCertificate('marker'), 'has no PEM certificates'],
    ['with a damaged one', () => withCertificate(pemOf('AAAA')), 'has no PEM certificates'],
    ['with a cut one', () => withCertificate(root.certificate.slice(0, 99)), 'has no PEM'],
    ['with very many', () => withCertificate(root.certificate.repeat(9)), 'or too many'],
    ['without a key', () => withKey(''), 'has no PEM private key without a passphrase'],
    ['with text for a key', () => withKey('marker'), 'has no PEM private key'],
    ['with a certificate for a key', () => withKey(root.certificate), 'has no PEM private key'],
    ['with a locked key', () => withKey(lockedKey()), 'without a passphrase'],
    ['with the key of another', () => withKey(issuer.key), 'a private key that is not its own'],
    ['behind the one above it', () => reversed(), 'a private key that is not its own'],
    ['below a stranger', () => caSecret(root, [issuer]), 'do not issue one another'],
  ])('%s signs nothing', (_, secret, rule) => {
    const reading = () => read(secret());
    expect(reading).toThrow(GeneratorFault);
    expect(reading).toThrow(`the key tls.key cannot be generated: its CA`);
    expect(reading).toThrow(rule);
    expect(reading).not.toThrow('marker');
  });

  test.each([
    ['of a server', ['basicConstraints=critical,CA:FALSE']],
    ['that says nothing about CAs', ['subjectKeyIdentifier=hash']],
    [
      'whose key is for other things',
      ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,digitalSignature'],
    ],
  ])('with a certificate %s signs nothing', async (_, extensions) => {
    const other = await openssl.makeCa('other', { extensions, issuer: root });
    expect(() => read(caSecret(other))).toThrow('has a certificate that is not that of a CA');
  });

  test('signs nothing below what is no CA', async () => {
    const extensions = ['basicConstraints=critical,CA:FALSE'];
    const server = await openssl.makeCa('server', { extensions, issuer: root });
    const below = await openssl.makeCa('below', { issuer: server });
    expect(() => read(caSecret(below, [server]))).toThrow('do not issue one another');
  });

  test('signs nothing that would outlive it, or a CA above it', async () => {
    const lasting = await openssl.makeCa('lasting', { issuer, days: 90 });
    expect(read(caSecret(root), 99 * DAY_MS).chain).toHaveLength(1);
    expect(() => read(caSecret(root), 101 * DAY_MS)).toThrow('ends before the certificate would');
    expect(read(caSecret(lasting), 51 * DAY_MS).chain).toHaveLength(1);
    expect(() => read(caSecret(lasting, [issuer]), 51 * DAY_MS)).toThrow('ends before');
  });

  test('signs nothing before its own time', () => {
    const nowMs = new X509Certificate(root.certificate).validFromDate.getTime() - 1;
    const reading = () => readAuthority('tls.key', caSecret(root), { nowMs, endMs: nowMs + 1 });
    expect(reading).toThrow('is not valid yet');
  });
});

describe('the key of a CA', () => {
  test.each(Object.entries(keyKinds))('may be of %s', async (name, key) => {
    const { key: pem } = await openssl.makeCa(name, { key });
    expect(signingKeyOf(createPrivateKey(pem))?.key.extractable).toBe(false);
  });

  test.each([
    ['RSA with 1,024 bits', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024']],
    ['secp256k1', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1']],
    ['Ed448', ['-algorithm', 'ED448']],
    ['RSA for PSS alone', ['-algorithm', 'RSA-PSS']],
  ])('may not be of %s', async (name, key) => {
    const { key: pem } = await openssl.makeCa(name, { key });
    expect(signingKeyOf(createPrivateKey(pem))).toBeUndefined();
  });
});

function read(secret: CaSecret, lifetimeMs = DAY_MS) {
  const nowMs = Date.now();
  return readAuthority('tls.key', secret, { nowMs, endMs: nowMs + lifetimeMs });
}

function withCertificate(certificate: string): CaSecret {
  return { ...caSecret(root), certificate };
}

function withKey(text: string): CaSecret {
  return { ...caSecret(root), privateKey: SecretValue.fromBytes(Buffer.from(text)) };
}

function reversed(): CaSecret {
  return { ...caSecret(root, [issuer]), privateKey: caSecret(issuer).privateKey };
}

function pemOf(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

function lockedKey(): string {
  const locked = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
  return createPrivateKey(root.key).export(locked).toString();
}
