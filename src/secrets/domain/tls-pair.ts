import { type KeyObject, X509Certificate } from 'node:crypto';
import type { FieldError } from '../../core/errors/sallyport-error.js';
import type { SecretValue } from '../../core/secret-value.js';
import { certificateKeyForm } from './certificate-key.js';
import { createdKey } from './created-key.js';
import { pointerTo } from './json-pointer.js';
import { parsePem } from './pem.js';
import type { SecretData } from './secret.js';

const certificateLabels: ReadonlySet<string> = new Set([
  'CERTIFICATE',
  'X509 CERTIFICATE',
  'TRUSTED CERTIFICATE',
]);

/** Certificates that are parsed: a chain has fewer. Others may follow, unread. */
const PARSED_MAX = 20;

/**
 * Returns why a TLS server cannot use the pair. Certificates must parse, and the leaf must come
 * first. The key must be PEM without a passphrase and belong to the leaf. Leaves out OpenSSL's
 * errors, which may quote values.
 */
export function tlsPairErrors(data: SecretData): FieldError[] {
  const leaf = parseLeaf(data.get('tls.crt'));
  const key = parseKey(data.get('tls.key'));
  const errors: FieldError[] = [];
  if (leaf === undefined) {
    errors.push(at('tls.crt', 'must be PEM certificates, that of the server first'));
  }
  if (key === undefined) {
    errors.push(at('tls.key', 'must be a PEM private key without a passphrase'));
  }
  if (leaf !== undefined && key !== undefined && !leaf.checkPrivateKey(key)) {
    errors.push(at('tls.key', 'must be the private key of the first certificate in tls.crt'));
  }
  return errors;
}

function parseLeaf(value: SecretValue | undefined): X509Certificate | undefined {
  const blocks = parsePem(value?.revealText() ?? '') ?? [];
  const certificates = blocks
    .filter(({ label }) => certificateLabels.has(label))
    .slice(0, PARSED_MAX);
  // The time to parse explicit parameters has no bound, and clients refuse them.
  const forms = certificates.map(certificateKeyForm);
  if (forms.some((form) => form === undefined || form === 'explicit')) return undefined;
  try {
    return certificates.map(({ text }) => new X509Certificate(text))[0];
  } catch {
    return undefined;
  }
}

// `EC PARAMETERS` may come before the key: `openssl ecparam -genkey` writes both.
function parseKey(value: SecretValue | undefined): KeyObject | undefined {
  const blocks = parsePem(value?.revealText() ?? '') ?? [];
  const [block] = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'));
  const key = block === undefined ? undefined : createdKey(block);
  return typeof key === 'string' ? undefined : key;
}

function at(key: string, reason: string): FieldError {
  return { pointer: pointerTo('data', key), reason };
}
