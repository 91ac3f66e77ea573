import { readFile } from 'node:fs/promises';

import { issueCertificate } from '../../src/core/certificate-authority.js';
import type { CertificateAuthority } from '../cluster/certificates.js';

const certificateBlock = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/;
const keyBlock = /-----BEGIN PRIVATE KEY-----[\s\S]*?-----END PRIVATE KEY-----/;

/** The authority whose certificate and key lie in one PEM file, as the sandbox keeps its own. */
export async function readAuthority(path: string): Promise<CertificateAuthority> {
  const text = await readFile(path, 'utf8');
  const certificate = certificateBlock.exec(text)?.[0];
  const key = keyBlock.exec(text)?.[0];
  if (certificate === undefined || key === undefined) throw new Error(`${path} holds no authority`);
  return {
    certificate,
    issue: (request) => issueCertificate({ certificate, key }, { validDays: 1, ...request }),
  };
}
