import { webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Extension, JsonGeneralName } from '@peculiar/x509';

/** PEM: a certificate, and its private key as PKCS #8. */
export interface KeyAndCertificate {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateRequest {
  /** In Kubernetes, the user of a client's certificate. */
  readonly commonName: string;
  /** In Kubernetes, the user's groups. */
  readonly organizations?: readonly string[];
  /** DNS names and IP addresses of a server; without hosts, the certificate is a client's. */
  readonly hosts?: readonly string[];
  readonly validDays: number;
}

type X509Module = typeof import('@peculiar/x509');

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 24 * 60 * 60_000;
/** For clocks that lag slightly. */
const backdatedMs = 5 * 60_000;

/** Returns a self-signed P-256 authority for end-entity certificates (RFC 5280, section 4.2). */
export async function createCertificateAuthority(
  name: string,
  validDays: number,
): Promise<KeyAndCertificate> {
  const x509 = await loadX509();
  const keys = await createKeyPair();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    notBefore: new Date(Date.now() - backdatedMs),
    notAfter: new Date(Date.now() + validDays * dayMs),
    signingAlgorithm: ecdsa,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificate: certificate.toString('pem'),
    key: await exportKey(x509, keys.privateKey),
  };
}

/** Returns a new P-256 key and a certificate for it, which never outlives its authority. */
export async function issueCertificate(
  authority: KeyAndCertificate,
  request: CertificateRequest,
): Promise<KeyAndCertificate> {
  const x509 = await loadX509();
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await createKeyPair();
  const end = Math.min(Date.now() + request.validDays * dayMs, issuer.notAfter.getTime());
  const organizations = (request.organizations ?? []).map((name) => ({ O: [name] }));
  const certificate = await x509.X509CertificateGenerator.create({
    issuer: issuer.subject,
    subject: [...organizations, { CN: [request.commonName] }],
    notBefore: new Date(Date.now() - backdatedMs),
    notAfter: new Date(end),
    signingAlgorithm: ecdsa,
    signingKey: await importKey(x509, authority.key),
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...purposeOf(x509, request.hosts ?? []),
    ],
  });
  return {
    certificate: certificate.toString('pem'),
    key: await exportKey(x509, keys.privateKey),
  };
}

/** Returns the certificate's expiry. Throws for an invalid certificate. */
export function expiresAt(certificatePem: string): Date {
  return new X509Certificate(certificatePem).validToDate;
}

/** Reports whether the authority's key signed the certificate. Throws for an invalid one. */
export function isIssuedBy(certificatePem: string, authorityPem: string): boolean {
  const certificate = new X509Certificate(certificatePem);
  const authority = new X509Certificate(authorityPem);
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

function purposeOf(x509: X509Module, hosts: readonly string[]): Extension[] {
  const { clientAuth, serverAuth } = x509.ExtendedKeyUsage;
  if (hosts.length === 0) return [new x509.ExtendedKeyUsageExtension([clientAuth])];
  const names = hosts.map((value): JsonGeneralName => {
    return { type: isIP(value) === 0 ? 'dns' : 'ip', value };
  });
  return [
    new x509.ExtendedKeyUsageExtension([serverAuth]),
    new x509.SubjectAlternativeNameExtension(names),
  ];
}

/** Loads the library late, because most processes create no certificate. */
async function loadX509(): Promise<X509Module> {
  // The metadata API must exist when the library is loaded.
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

async function createKeyPair(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);
}

async function exportKey(x509: X509Module, key: webcrypto.CryptoKey): Promise<string> {
  const bytes = await webcrypto.subtle.exportKey('pkcs8', key);
  return x509.PemConverter.encode(bytes, 'PRIVATE KEY');
}

async function importKey(x509: X509Module, pem: string): Promise<webcrypto.CryptoKey> {
  const bytes = x509.PemConverter.decodeFirst(pem);
  return webcrypto.subtle.importKey('pkcs8', bytes, ecdsa, false, ['sign']);
}
