import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import {
  createCertificateAuthority,
  expiresAt,
  isIssuedBy,
  issueCertificate,
} from './certificate-authority.js';
import type { CertificateRequest, KeyAndCertificate } from './certificate-authority.js';
import { makePrivateFolder, readPrivateFile, writePrivateFile } from './private-files.js';

/** Pair as PEM, and the file that contains both parts. */
export interface StoredPair extends KeyAndCertificate {
  readonly path: string;
}

export interface SandboxKeys {
  /** Certificate that clients trust, in a separate file. */
  readonly authority: { readonly certificate: string; readonly path: string };
  readonly server: StoredPair;
  /** Pair of kubernetes-admin in system:masters, who may do everything. */
  readonly admin: StoredPair;
  /** Signs ServiceAccount tokens: P-256, PKCS #8. */
  readonly serviceAccountKey: { readonly pem: string; readonly path: string };
}

const dayMs = 24 * 60 * 60_000;
const authorityDays = 3650;
const leafDays = 365;
/** A certificate is renewed this long before it expires. */
const renewalDays = 30;
const authorityName = 'sallyport-sandbox';
const pemBlock = /-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----\r?\n?/g;

const serverRequest: CertificateRequest = {
  commonName: 'kube-apiserver',
  hosts: ['localhost', '127.0.0.1', '::1', 'kubernetes', 'kubernetes.default.svc'],
  validDays: leafDays,
};
const adminRequest: CertificateRequest = {
  commonName: 'kubernetes-admin',
  organizations: ['system:masters'],
  validDays: leafDays,
};

/**
 * Opens the keys of a sandbox: creates them at the first start, and renews certificates before they
 * expire. Only one process may call this. Throws an Error that names a damaged file.
 */
export async function openSandboxKeys(dir: string): Promise<SandboxKeys> {
  await makePrivateFolder(dir);
  const authority = await openAuthority(join(dir, 'ca.pem'));
  const publicPath = join(dir, 'ca.crt');
  if ((await readPrivateFile(publicPath)) !== authority.certificate) {
    await writePrivateFile(publicPath, authority.certificate);
  }
  return {
    authority: { certificate: authority.certificate, path: publicPath },
    server: await openLeaf(join(dir, 'apiserver.pem'), authority, serverRequest),
    admin: await openLeaf(join(dir, 'admin.pem'), authority, adminRequest),
    serviceAccountKey: await openSigningKey(join(dir, 'sa.key')),
  };
}

async function openAuthority(path: string): Promise<StoredPair> {
  const stored = await readPair(path);
  if (stored !== undefined && isFresh(stored)) return stored;
  return writePair(path, await createCertificateAuthority(authorityName, authorityDays));
}

async function openLeaf(
  path: string,
  authority: KeyAndCertificate,
  request: CertificateRequest,
): Promise<StoredPair> {
  const stored = await readPair(path);
  const isUsable =
    stored !== undefined &&
    isFresh(stored) &&
    isIssuedBy(stored.certificate, authority.certificate);
  return isUsable ? stored : writePair(path, await issueCertificate(authority, request));
}

async function openSigningKey(path: string): Promise<{ pem: string; path: string }> {
  const stored = await readPrivateFile(path);
  if (stored !== undefined) {
    if (!isP256Key(stored)) throw damaged(path, 'a P-256 private key in PEM');
    return { pem: stored, path };
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  await writePrivateFile(path, pem);
  return { pem, path };
}

async function readPair(path: string): Promise<StoredPair | undefined> {
  const text = await readPrivateFile(path);
  if (text === undefined) return undefined;
  const blocks = [...text.matchAll(pemBlock)];
  const certificate = blocks.find(([, label]) => label === 'CERTIFICATE')?.[0];
  const key = blocks.find(([, label]) => label === 'PRIVATE KEY')?.[0];
  if (certificate === undefined || key === undefined || !belongTogether(certificate, key)) {
    throw damaged(path, 'a certificate and its private key in PEM');
  }
  return { certificate, key, path };
}

async function writePair(path: string, pair: KeyAndCertificate): Promise<StoredPair> {
  const certificate = ended(pair.certificate);
  const key = ended(pair.key);
  await writePrivateFile(path, certificate + key);
  return { certificate, key, path };
}

function ended(pem: string): string {
  return `${pem.trimEnd()}\n`;
}

function isFresh({ certificate }: KeyAndCertificate): boolean {
  return expiresAt(certificate).getTime() - Date.now() > renewalDays * dayMs;
}

function belongTogether(certificate: string, key: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function isP256Key(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyDetails?.namedCurve === 'prime256v1';
  } catch {
    return false;
  }
}

/** The message never contains the parser's words, which could quote the file. */
function damaged(path: string, expected: string): Error {
  return new Error(
    `${path} is damaged: it must hold ${expected}; delete it and the sandbox makes a new one`,
  );
}
