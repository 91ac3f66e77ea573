import { type KeyObject, type X509Certificate, randomBytes } from 'node:crypto';
import type { Extension, JsonGeneralName } from '@peculiar/x509';
import { loadX509 } from '../../core/certificate-authority.js';
import { rotationLimits } from '../../core/rotation-limits.js';
import type { CertificateRules } from '../domain/rotation-spec.js';
import { type GeneratedValues, valueAt } from './generated-values.js';
import { GeneratorFault } from './generator-fault.js';
import { newKeyPair, privateKeyPem } from './key-pair.js';
import {
  type CaSecret,
  type SigningAuthority,
  isRoot,
  readAuthority,
} from './signing-authority.js';
import { signingKeyOf } from './signing-key.js';

export interface CertificateInput {
  readonly readCa: (secretName: string) => Promise<CaSecret>;
  readonly nowMs: number;
}

type X509Module = typeof import('@peculiar/x509');

interface Unsigned {
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  /** Undefined if the key signs its own certificate. */
  readonly issuer: X509Certificate | undefined;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/**
 * Creates a key and a certificate for servers and clients (RFC 5280), self-signed or signed by a CA
 * whose intermediates are appended. The CA's certificate is the uppermost in its Secret.
 */
export async function makeCertificate(
  key: string,
  rules: CertificateRules,
  { readCa, nowMs }: CertificateInput,
): Promise<GeneratedValues> {
  const endMs = nowMs + rules.lifetimeMs;
  const secret = rules.ca && (await readCa(rules.ca.secretName));
  const authority = secret && readAuthority(key, secret, { nowMs, endMs });
  const { privateKey, publicKey } = await newKeyPair(rules.algorithm);
  const certificate = await signed(key, rules, {
    publicKey,
    signingKey: authority?.key ?? privateKey,
    issuer: authority?.chain[0],
    notBefore: new Date(nowMs - rotationLimits.certificateBackdatedMs),
    notAfter: new Date(endMs),
  });
  const { intermediates, uppermost } = shownWith(authority);
  return [
    ...valueAt(key, privateKeyPem(privateKey)),
    ...valueAt(rules.certificateKey, certificate + intermediates),
    ...valueAt(rules.caKey, uppermost ?? certificate),
  ];
}

/** Returns PEM; empty and undefined for a self-signed certificate. */
function shownWith(authority: SigningAuthority | undefined): {
  readonly intermediates: string;
  readonly uppermost: string | undefined;
} {
  const chain = authority?.chain ?? [];
  const intermediates = chain.filter((certificate) => !isRoot(certificate));
  return { intermediates: intermediates.join(''), uppermost: chain.at(-1)?.toString() };
}

async function signed(key: string, rules: CertificateRules, unsigned: Unsigned): Promise<string> {
  const signing = signingKeyOf(unsigned.signingKey);
  if (signing === undefined) throw new GeneratorFault(key, 'its CA has a key of an unfit kind');
  const x509 = await loadX509();
  const spki = unsigned.publicKey.export({ type: 'spki', format: 'der' });
  const { commonName } = rules;
  // Typed, because the library interprets plain text.
  const subject = new x509.Name(commonName === '' ? [] : [{ CN: [{ utf8String: commonName }] }]);
  const issuer = unsigned.issuer && new x509.X509Certificate(unsigned.issuer.raw);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject,
    // Octet for octet, since some programs compare names like that.
    issuer: issuer?.subjectName ?? subject,
    notBefore: unsigned.notBefore,
    notAfter: unsigned.notAfter,
    publicKey: spki,
    signingKey: signing.key,
    signingAlgorithm: signing.algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      keyUsage(x509, unsigned.publicKey),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth,
      ]),
      await x509.SubjectKeyIdentifierExtension.create(spki),
      await authorityKeyId(x509, issuer ?? spki),
      ...alternativeNames(x509, rules),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

/** Returns 126 random bits, never negative. CA/Browser Forum's Baseline Requirements demand 64. */
function newSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function keyUsage(x509: X509Module, publicKey: KeyObject): Extension {
  const { digitalSignature, keyEncipherment } = x509.KeyUsageFlags;
  const isRsa = publicKey.asymmetricKeyType === 'rsa';
  const usages = isRsa ? digitalSignature | keyEncipherment : digitalSignature;
  return new x509.KeyUsagesExtension(usages, true);
}

/** Uses the key identifier in the issuer's certificate, if it has one: identifiers differ. */
async function authorityKeyId(
  x509: X509Module,
  issuer: InstanceType<X509Module['X509Certificate']> | Buffer,
): Promise<Extension> {
  if (Buffer.isBuffer(issuer)) return x509.AuthorityKeyIdentifierExtension.create(issuer);
  const named = issuer.getExtension(x509.SubjectKeyIdentifierExtension);
  if (named === null) return x509.AuthorityKeyIdentifierExtension.create(issuer);
  return new x509.AuthorityKeyIdentifierExtension(named.keyId);
}

function alternativeNames(x509: X509Module, rules: CertificateRules): readonly Extension[] {
  const names: readonly JsonGeneralName[] = [
    ...rules.dnsNames.map((value) => ({ type: 'dns' as const, value })),
    ...rules.ipAddresses.map((value) => ({ type: 'ip' as const, value })),
    ...rules.uris.map((value) => ({ type: 'url' as const, value })),
  ];
  if (names.length === 0) return [];
  // Critical if there is no other name: RFC 5280, section 4.2.1.6.
  return [new x509.SubjectAlternativeNameExtension([...names], rules.commonName === '')];
}
