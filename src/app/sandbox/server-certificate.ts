import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import {
  type KeyAndCertificate,
  createCertificateAuthority,
  expiresAt,
  isIssuedBy,
  issueCertificate,
} from '../../core/certificate-authority.js';
import { makePrivateFolder, writePrivateFile } from './private-files.js';
import { StorageError } from '../../platform/storage/storage-error.js';
import type { DataFolder, KeyPairFiles } from './data-folder.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 3_650;
const SERVER_DAYS = 90;
const hosts = ['localhost', '127.0.0.1', '::1'];

/**
 * Maintains an HTTPS certificate for this machine. The authority that signs it is stored, so that
 * clients trust it once. Recreates either certificate if it is absent, damaged or expires soon;
 * resolves to whether the server's was. Throws StorageError if a key does not match its
 * certificate.
 */
export async function keepServerCertificate(folder: DataFolder): Promise<boolean> {
  makePrivateFolder(folder.tls);
  const authority = await keptAuthority(folder.authority);
  const server = await readPair(folder.server);
  if (server && hasDays(server, SERVER_DAYS / 3) && isSignedBy(server, authority)) return false;
  const request = { commonName: 'sallyport sandbox', hosts, validDays: SERVER_DAYS };
  await writePair(folder.server, await issueCertificate(authority, request));
  return true;
}

async function keptAuthority(files: KeyPairFiles): Promise<KeyAndCertificate> {
  const kept = await readPair(files);
  if (kept && hasDays(kept, SERVER_DAYS * 2)) return kept;
  const made = await createCertificateAuthority('sallyport sandbox CA', AUTHORITY_DAYS);
  await writePair(files, made);
  return made;
}

/** Resolves to undefined if a file is absent or damaged; throws for a certificate without a key. */
async function readPair({ cert, key }: KeyPairFiles): Promise<KeyAndCertificate | undefined> {
  const pair = { certificate: await textOf(cert), key: await textOf(key) };
  if (pair.certificate !== '' && pair.key === '') {
    throw new StorageError(
      `the certificate ${cert} is there without its key ${key}: put the key back, or remove the ` +
        'certificate to have both made anew',
    );
  }
  const belongTogether = isPair(pair);
  if (belongTogether === undefined) return undefined;
  if (belongTogether) return pair;
  throw new StorageError(
    `the certificate ${cert} and the key ${key} do not belong together: put back the one that ` +
      'was changed, or remove both to have new ones made',
  );
}

/** Resolves to the empty string if the file does not exist. */
async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return '';
    throw new StorageError(`the file ${path} cannot be read: ${message}`);
  }
}

/** Returns undefined if the certificate or the key cannot be parsed. */
function isPair({ certificate, key }: KeyAndCertificate): boolean | undefined {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return undefined;
  }
}

/** Deletes the old certificate first, so that no crash leaves it next to a new key. */
async function writePair({ cert, key }: KeyPairFiles, pair: KeyAndCertificate): Promise<void> {
  await rm(cert, { force: true });
  writePrivateFile(key, pair.key);
  writePrivateFile(cert, pair.certificate);
}

function hasDays({ certificate }: KeyAndCertificate, days: number): boolean {
  return expiresAt(certificate).getTime() - Date.now() > days * DAY_MS;
}

function isSignedBy({ certificate }: KeyAndCertificate, authority: KeyAndCertificate): boolean {
  return isIssuedBy(certificate, authority.certificate);
}
