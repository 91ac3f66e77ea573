import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { ALGORITHM, KEY_BYTES, type Key, decrypt, encrypt } from './aead.js';
import { associatedData } from './associated-data.js';
import { IntegrityError } from './integrity-error.js';
import type { VersionBinding } from './version-binding.js';

/** Key-encryption key and its name in rows. */
export interface NamedKey {
  readonly id: string;
  readonly key: Key;
}

/** Sealed version, as stored in a row. */
export interface SealedVersion {
  /** Key that wraps the data key now. */
  readonly keyId: string;
  readonly wrappedKey: Uint8Array;
  /** A head, then nonce, ciphertext and tag. */
  readonly ciphertext: Uint8Array;
}

/** Precedes a ciphertext, and is bound to it. */
interface Head {
  /** Key under which it was sealed first, which a rewrap does not change. */
  readonly keyId: string;
  readonly cluster: string;
}

const PURPOSE = 'sallyport/history/v1';
const PAYLOAD_SCHEMA = 1;
const TEXT_BYTES_MAX = 255;

/** Encrypts under a new data key, which `kek` wraps. */
export function sealVersion(
  kek: NamedKey,
  plaintext: Uint8Array,
  binding: VersionBinding,
): SealedVersion {
  const dataKey = randomBytes(KEY_BYTES);
  try {
    const bound = boundTo(binding, kek.id);
    return {
      keyId: kek.id,
      wrappedKey: encrypt(kek.key, dataKey, bound),
      ciphertext: Buffer.concat([
        headBytes({ keyId: kek.id, cluster: binding.cluster }),
        encrypt(dataKey, plaintext, bound),
      ]),
    };
  } finally {
    dataKey.fill(0);
  }
}

/** Returns the plaintext, for the caller to zero; throws IntegrityError for any other row. */
export function openVersion(kek: NamedKey, sealed: SealedVersion, binding: VersionBinding): Buffer {
  const { head, rest } = split(sealed.ciphertext);
  if (head.cluster !== binding.cluster) throw new IntegrityError();
  const dataKey = unwrap(kek, sealed, binding);
  try {
    return decrypt(dataKey, rest, boundTo(binding, head.keyId));
  } finally {
    dataKey.fill(0);
  }
}

/** Wraps the data key with another key; throws IntegrityError for a row of anything else. */
export function rewrapVersion(
  keys: { readonly from: NamedKey; readonly to: NamedKey },
  sealed: SealedVersion,
  binding: VersionBinding,
): Pick<SealedVersion, 'keyId' | 'wrappedKey'> {
  const dataKey = unwrap(keys.from, sealed, binding);
  try {
    const { id, key } = keys.to;
    return { keyId: id, wrappedKey: encrypt(key, dataKey, boundTo(binding, id)) };
  } finally {
    dataKey.fill(0);
  }
}

/**
 * Returns the cluster that a ciphertext claims, which opening and rewrapping prove; throws
 * IntegrityError if it claims none.
 */
export function sealedCluster(ciphertext: Uint8Array): string {
  return split(ciphertext).head.cluster;
}

function unwrap(kek: NamedKey, sealed: SealedVersion, binding: VersionBinding): Buffer {
  const dataKey = decrypt(kek.key, sealed.wrappedKey, boundTo(binding, sealed.keyId));
  if (dataKey.length === KEY_BYTES) return dataKey;
  dataKey.fill(0);
  throw new IntegrityError();
}

function boundTo(binding: VersionBinding, keyId: string): Buffer {
  const { cluster, namespaceUid, namespace, secretUid, name, version } = binding;
  const place = [cluster, namespaceUid, namespace, secretUid, name, version];
  return associatedData([PURPOSE, ...place, PAYLOAD_SCHEMA, keyId, ALGORITHM]);
}

function headBytes({ keyId, cluster }: Head): Buffer {
  return Buffer.concat([Buffer.of(PAYLOAD_SCHEMA), prefixed(keyId), prefixed(cluster)]);
}

function prefixed(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > TEXT_BYTES_MAX) throw new RangeError('too long for the head of a version');
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

function split(ciphertext: Uint8Array): { readonly head: Head; readonly rest: Uint8Array } {
  if (ciphertext[0] !== PAYLOAD_SCHEMA) throw new IntegrityError();
  const keyId = textAt(ciphertext, 1);
  const cluster = textAt(ciphertext, keyId.end);
  const head = { keyId: keyId.text, cluster: cluster.text };
  return { head, rest: ciphertext.subarray(cluster.end) };
}

function textAt(bytes: Uint8Array, at: number): { readonly text: string; readonly end: number } {
  const end = at + 1 + (bytes[at] ?? bytes.length);
  if (end > bytes.length) throw new IntegrityError();
  return { text: Buffer.from(bytes.subarray(at + 1, end)).toString('utf8'), end };
}
