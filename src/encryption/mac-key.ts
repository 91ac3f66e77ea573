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
const SYNCS = 'sallyport/sync-fingerprint/v1';

/** Keys of MACs, each for one purpose. */
export interface MacKeys {
  /** Key for values: distinguishes equal values from different values. */
  readonly content: KeyObject;
  /** Key for rows: distinguishes rows that a gateway has written from others. */
  readonly rows: KeyObject;
  /** Key for requests: distinguishes repeated requests from others. */
  readonly requests: KeyObject;
  /** Key for synced values: distinguishes changed values from others. */
  readonly syncs: KeyObject;
}

/**
 * Opens the keys of MACs, of one secret that all replicas share; creates it if absent. Moves its
 * wrapping to the active key. Throws EncryptionKeyError if it cannot be unwrapped.
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
 * Returns the keys of MACs if their secret exists, without changing anything; undefined before.
 * Throws EncryptionKeyError if the secret cannot be unwrapped.
 */
export async function knownMacKeys(
  store: EncryptionKeysStore,
  held: LoadedKeys,
): Promise<MacKeys | undefined> {
  const wrapped = await store.macSecret();
  return wrapped && keysOf(unwrap(wrapped, held));
}

/** Consumes the secret, which is erased afterwards. */
function keysOf(secret: Buffer): MacKeys {
  try {
    return {
      content: derive(secret, CONTENT),
      rows: derive(secret, ROWS),
      requests: derive(secret, REQUESTS),
      syncs: derive(secret, SYNCS),
    };
  } finally {
    secret.fill(0);
  }
}

/** Derives a key: https://www.rfc-editor.org/rfc/rfc5869 */
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
  // Perhaps the secret of another replica.
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
