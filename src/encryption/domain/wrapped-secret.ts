import { Buffer } from 'node:buffer';
import { ALGORITHM, KEY_BYTES, decrypt, encrypt } from './aead.js';
import { associatedData } from './associated-data.js';
import type { NamedKey } from './envelope.js';
import { IntegrityError } from './integrity-error.js';

const PURPOSE = 'sallyport/mac/v1';

/** Encodes the secret of MACs for the database: the wrapping key's id, and the wrapped secret. */
export function wrapSecret({ id, key }: NamedKey, secret: Uint8Array): Buffer {
  const name = Buffer.from(id, 'utf8');
  const sealed = encrypt(key, secret, associatedData([PURPOSE, id, ALGORITHM]));
  return Buffer.concat([Buffer.of(name.length), name, sealed]);
}

/** Returns the id of the key that wraps it. */
export function wrapperOf(wrapped: Uint8Array): string {
  const [length = 0] = wrapped;
  return Buffer.from(wrapped.subarray(1, 1 + length)).toString('utf8');
}

/** Returns the secret, for the caller to zero; throws IntegrityError. */
export function unwrapSecret({ id, key }: NamedKey, wrapped: Uint8Array): Buffer {
  const [length = 0] = wrapped;
  const sealed = wrapped.subarray(1 + length);
  const secret = decrypt(key, sealed, associatedData([PURPOSE, id, ALGORITHM]));
  if (secret.length === KEY_BYTES) return secret;
  secret.fill(0);
  throw new IntegrityError();
}
