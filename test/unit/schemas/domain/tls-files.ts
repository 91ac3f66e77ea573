import {
  createCertificateAuthority,
  type KeyAndCertificate,
} from '../../../../src/core/certificate-authority.js';

/** Makes a self-signed certificate, and its private key. */
export function createKeyAndCertificate(): Promise<KeyAndCertificate> {
  return createCertificateAuthority('test', 30);
}
