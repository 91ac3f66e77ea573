import { Buffer } from 'node:buffer';
import { type KeyObject, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import { KEY_BYTES } from './domain/aead.js';
import { IntegrityError } from './domain/integrity-error.js';
import { unwrapSecret, wrapSecret, wrapperOf } from './domain/wrapped-secret.js';
import { type EncryptionKeysStore, MAC } from './encryption-keys.store.js';
import type { HeldKey, LoadedKeys } from './loaded-keys.js';
import { EncryptionKeyError } from './key-error.js';

const CONTENT = 'sallyport/content-mac/v1';
const ROWS = 'sallyport/row-mac/v1';
const REQUESTS = 'sallyport/request-fingerprint/v1';

/** Keys of MACs, each for one purpose. */
export interface MacKeys {
  /** Of values: tells equal ones from different ones. */
  readonly content: KeyObject;
  /** Of rows: tells those that a gateway has written from others. */
  readonly rows: KeyObject;
  /** Of requests: tells repeated ones from others. */
  readonly requests: KeyObject;
}

/**
 * The keys of MACs, of one secret that all replicas share; made where there is none. What it is
 * wrapped by moves to the active key here. Throws EncryptionKeyError where it cannot be unwrapped.
 */
export async function openMacKeys(
  store: EncryptionKeysStore,
  keys: { readonly held: LoadedKeys; readonly active: HeldKey; readonly nowMs: number },
): Promise<MacKeys> {
  const wrapped = (await store.macSecret()) ?? (await makeSecret(store, keys));
  const secret = unwrap(wrapped, keys.held);
  try {
    if (wrapperOf(wrapped) !== keys.active.id) {
      await store.replaceWrapped(MAC, wrapped, wrapSecret(keys.active, secret));
    }
    return keysOf(secret);
  } finally {
    secret.fill(0);
  }
}

/**
 * The keys of MACs where their secret was made already, and nothing is changed; undefined before.
 * Throws EncryptionKeyError where the secret cannot be unwrapped.
 */
export async function knownMacKeys(
  store: EncryptionKeysStore,
  held: LoadedKeys,
): Promise<MacKeys | undefined> {
  const wrapped = await store.macSecret();
  return wrapped && keysOf(unwrap(wrapped, held));
}

/** Takes the secret, which is nowhere afterwards. */
function keysOf(secret: Buffer): MacKeys {
  try {
    return {
      content: derive(secret, CONTENT),
      rows: derive(secret, ROWS),
      requests: derive(secret, REQUESTS),
    };
  } finally {
    secret.fill(0);
  }
}

/** https://www.rfc-editor.org/rfc/rfc5869 */
function derive(secret: Uint8Array, purpose: string): KeyObject {
  const derived = Buffer.from(hkdfSync('sha256', secret, '', purpose, KEY_BYTES));
  const key = createSecretKey(derived);
  derived.fill(0);
  return key;
}

async function makeSecret(
  store: EncryptionKeysStore,
  { active, nowMs }: { readonly active: HeldKey; readonly nowMs: number },
): Promise<Uint8Array> {
  const secret = randomBytes(KEY_BYTES);
  await store.keepMacSecret(wrapSecret(active, secret), nowMs);
  secret.fill(0);
  // Perhaps that of another replica.
  const kept = await store.macSecret();
  if (kept === undefined) throw new EncryptionKeyError('the database lost the secret of MACs');
  return kept;
}

function unwrap(wrapped: Uint8Array, held: LoadedKeys): Buffer {
  const wrapper = held.get(wrapperOf(wrapped));
  if (wrapper === undefined) {
    throw new EncryptionKeyError(
      `the encryption key ${wrapperOf(wrapped)} is missing: the secret of MACs is under it`,
    );
  }
  try {
    return unwrapSecret(wrapper, wrapped);
  } catch (error) {
    if (!(error instanceof IntegrityError)) throw error;
    throw new EncryptionKeyError('the secret of MACs in the database is damaged');
  }
}
