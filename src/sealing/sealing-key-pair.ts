import { generateKeyPair, type KeyObject, type webcrypto, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { loadX509 } from '../core/certificate-authority.js';
import { sealingLimits } from '../core/sealing-limits.js';

/** Uses threads of Node's pool: the key may take seconds. */
const generate = promisify(generateKeyPair);

const signing = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
const opening = { name: 'RSA-OAEP', hash: 'SHA-256' } as const;

export interface SealingKeyPair {
  /** PEM. */
  readonly certificate: string;
  readonly privateKey: KeyObject;
}

/** Creates a key pair and its self-signed certificate, with which `kubeseal` encrypts. */
export async function newSealingKeyPair(nowMs: number): Promise<SealingKeyPair> {
  const { privateKey, publicKey } = await generate('rsa', { modulusLength: sealingLimits.keyBits });
  const x509 = await loadX509();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['sallyport-sealing'] }],
    notBefore: new Date(nowMs - sealingLimits.certificateBackdatedMs),
    notAfter: new Date(nowMs + sealingLimits.certificateMs),
    signingAlgorithm: signing,
    keys: {
      privateKey: privateKey.toCryptoKey(signing, false, ['sign']),
      publicKey: publicKey.toCryptoKey(signing, true, ['verify']),
    },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyEncipherment, true),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, privateKey };
}

/** Returns a private key that can only open session keys: Web Crypto uses threads for it. */
export function openingKeyOf(privateKey: KeyObject): webcrypto.CryptoKey {
  return privateKey.toCryptoKey(opening, false, ['decrypt']);
}

/** Returns the SHA-256 of a certificate, in hex. Throws for an invalid one. */
export function fingerprintOf(certificate: string): string {
  return new X509Certificate(certificate).fingerprint256.replaceAll(':', '').toLowerCase();
}
