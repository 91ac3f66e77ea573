import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

interface Block {
  readonly type: string;
  readonly pem: string;
}

const block = /-----BEGIN ([^\r\n]*?)-----\r?\n[\s\S]*?-----END \1-----/g;

/**
 * Returns the API server's warning for a certificate and a key that do not match; quotes neither.
 * https://pkg.go.dev/crypto/tls#X509KeyPair
 */
export function tlsWarnings(certificatePem: string, keyPem: string): readonly string[] {
  const complaint = pairComplaint(certificatePem, keyPem);
  return complaint === undefined ? [] : [complaint];
}

function pairComplaint(certificatePem: string, keyPem: string): string | undefined {
  const certificates = blocksOf(certificatePem);
  const leaf = certificates.find(({ type }) => type === 'CERTIFICATE');
  if (leaf === undefined) return noCertificate(certificates.map(({ type }) => type));
  const keys = blocksOf(keyPem);
  const keyBlock = keys.find(({ type }) => isKeyType(type));
  if (keyBlock === undefined) return noKey(keys.map(({ type }) => type));
  const certificate = parsedCertificate(leaf.pem);
  if (certificate === undefined) return 'x509: malformed certificate';
  const key = parsedKey(keyBlock.pem);
  if (key === undefined) return 'tls: failed to parse private key';
  if (certificate.publicKey.asymmetricKeyType !== key.asymmetricKeyType) {
    return 'tls: private key type does not match public key type';
  }
  return certificate.checkPrivateKey(key)
    ? undefined
    : 'tls: private key does not match public key';
}

function noCertificate(types: readonly string[]): string {
  if (types.length === 0) return 'tls: failed to find any PEM data in certificate input';
  if (types.length === 1 && types.every((type) => type.endsWith('PRIVATE KEY'))) {
    return (
      'tls: failed to find certificate PEM data in certificate input, ' +
      'but did find a private key; PEM inputs may have been switched'
    );
  }
  return `tls: failed to find "CERTIFICATE" PEM block in certificate input ${skipping(types)}`;
}

function noKey(types: readonly string[]): string {
  if (types.length === 0) return 'tls: failed to find any PEM data in key input';
  if (types.length === 1 && types[0] === 'CERTIFICATE') {
    return 'tls: found a certificate rather than a key in the PEM for the private key';
  }
  const wanted = 'PEM block with type ending in "PRIVATE KEY"';
  return `tls: failed to find ${wanted} in key input ${skipping(types)}`;
}

function skipping(types: readonly string[]): string {
  return `after skipping PEM blocks of the following types: [${types.join(' ')}]`;
}

function blocksOf(pem: string): readonly Block[] {
  return Array.from(pem.matchAll(block), ([whole, type = '']) => ({ type, pem: whole }));
}

function isKeyType(type: string): boolean {
  return type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY');
}

function parsedCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function parsedKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
