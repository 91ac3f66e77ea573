import { type KeyObject, X509Certificate } from 'node:crypto';
import { rotationLimits } from '../../core/rotation-limits.js';
import type { SecretValue } from '../../core/secret-value.js';
import { createdKey } from '../../secrets/domain/created-key.js';
import { parsePem } from '../../secrets/domain/pem.js';
import { GeneratorFault } from './generator-fault.js';

/** Content of a Secret of type kubernetes.io/tls. */
export interface CaSecret {
  /** PEM: the CA's certificate, then the certificates of the CAs above it. */
  readonly certificate: string;
  readonly privateKey: SecretValue;
}

/** CA that may sign, and the certificates above it in its Secret. */
export interface SigningAuthority {
  /** Certificates, each issued by the next one. */
  readonly chain: readonly [X509Certificate, ...X509Certificate[]];
  readonly key: KeyObject;
}

/**
 * Checks that a CA can sign a certificate valid from `nowMs` to `endMs`. Throws GeneratorFault in
 * fixed words: OpenSSL's errors may quote values.
 */
export function readAuthority(
  forKey: string,
  secret: CaSecret,
  { nowMs, endMs }: { readonly nowMs: number; readonly endMs: number },
): SigningAuthority {
  const fail = (rule: string): GeneratorFault => new GeneratorFault(forKey, `its CA ${rule}`);
  const [issuer, ...above] = certificatesOf(secret.certificate) ?? [];
  const key = privateKeyOf(secret.privateKey);
  if (issuer === undefined) throw fail('has no PEM certificates, or too many, in tls.crt');
  if (key === undefined) throw fail('has no PEM private key without a passphrase in tls.key');
  if (!issuer.checkPrivateKey(key)) throw fail('has a private key that is not its own');
  // Includes the key usage, if the certificate has one.
  if (!issuer.ca) throw fail('has a certificate that is not that of a CA');
  const chain = [issuer, ...above] as const;
  if (!isChain(chain)) throw fail('has certificates that do not issue one another in turn');
  if (chain.some(({ validFromDate }) => validFromDate.getTime() > nowMs)) {
    throw fail('is not valid yet');
  }
  if (chain.some(({ validToDate }) => validToDate.getTime() < endMs)) {
    throw fail('ends before the certificate would');
  }
  return { chain, key };
}

/** Reports a self-signed certificate: clients already have it, or do not trust it. */
export function isRoot(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);
}

function isChain(chain: readonly X509Certificate[]): boolean {
  return chain.every((certificate, index) => {
    const above = chain[index + 1];
    if (above === undefined) return true;
    return above.ca && certificate.checkIssued(above) && certificate.verify(above.publicKey);
  });
}

function certificatesOf(pem: string): readonly X509Certificate[] | undefined {
  const blocks = (parsePem(pem) ?? []).filter(({ label }) => label === 'CERTIFICATE');
  if (blocks.length > rotationLimits.certificateChainMax) return undefined;
  try {
    return blocks.map(({ text }) => new X509Certificate(text));
  } catch {
    return undefined;
  }
}

function privateKeyOf(value: SecretValue): KeyObject | undefined {
  const blocks = parsePem(value.revealText() ?? '') ?? [];
  const block = blocks.find(({ label }) => label.endsWith('PRIVATE KEY'));
  const key = block === undefined ? undefined : createdKey(block);
  return typeof key === 'string' ? undefined : key;
}
