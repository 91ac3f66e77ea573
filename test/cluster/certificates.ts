// @peculiar/x509 needs the metadata API when it is loaded, so this import must stay first.
import 'reflect-metadata';

import { generateKeyPair, webcrypto } from 'node:crypto';
import { promisify } from 'node:util';

import * as x509 from '@peculiar/x509';

export interface KeyAndCertificate {
  readonly key: string;
  readonly certificate: string;
}

export interface CertificateRequest {
  readonly commonName: string;
  /** In Kubernetes the groups of the user `commonName`. */
  readonly organizations?: readonly string[];
  /** DNS names and IP addresses; a certificate that has any is for servers as well as clients. */
  readonly hosts?: readonly string[];
}

export interface CertificateAuthority {
  /** PEM. */
  readonly certificate: string;
  /** Makes a key and a certificate for it, valid for a day. */
  issue(request: CertificateRequest): Promise<KeyAndCertificate>;
}

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 24 * 60 * 60_000;

/** Makes a self-signed authority; nothing but the certificates it issues will know its key. */
export async function createCertificateAuthority(name: string): Promise<CertificateAuthority> {
  const keys = await createKeyPair();
  const { KeyUsageFlags } = x509;
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    ...validity(),
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificate: root.toString('pem'),
    issue: (request) => issue(root, keys.privateKey, request),
  };
}

/** The key that signs ServiceAccount tokens, as PEM; RSA, as kubeadm makes it. */
export async function createServiceAccountKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

async function issue(
  root: x509.X509Certificate,
  signingKey: webcrypto.CryptoKey,
  request: CertificateRequest,
): Promise<KeyAndCertificate> {
  const keys = await createKeyPair();
  const certificate = await x509.X509CertificateGenerator.create({
    issuer: root.subject,
    subject: subjectOf(request),
    ...validity(),
    signingKey,
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.AuthorityKeyIdentifierExtension.create(root),
      ...purposeOf(request.hosts ?? []),
    ],
  });
  return { key: await exportKey(keys.privateKey), certificate: certificate.toString('pem') };
}

function subjectOf({ commonName, organizations = [] }: CertificateRequest): x509.JsonName {
  return [{ CN: [commonName] }, ...organizations.map((organization) => ({ O: [organization] }))];
}

function purposeOf(hosts: readonly string[]): x509.Extension[] {
  const { clientAuth, serverAuth } = x509.ExtendedKeyUsage;
  if (hosts.length === 0) return [new x509.ExtendedKeyUsageExtension([clientAuth])];
  const names = hosts.map((value): x509.JsonGeneralName => {
    return { type: /^[\d.]+$|:/.test(value) ? 'ip' : 'dns', value };
  });
  return [
    new x509.ExtendedKeyUsageExtension([serverAuth, clientAuth]),
    new x509.SubjectAlternativeNameExtension(names),
  ];
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - 60_000), notAfter: new Date(now + dayMs) };
}

async function createKeyPair(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const bytes = await webcrypto.subtle.exportKey('pkcs8', key);
  return x509.PemConverter.encode(bytes, 'PRIVATE KEY');
}
