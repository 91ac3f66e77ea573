import type { KeyObject } from 'node:crypto';
import type { Database } from '../storage/database.js';
import { wrapperOf } from './domain/wrapped-secret.js';
import { EncryptionKeysStore } from './encryption-keys.store.js';
import { HeldKeys } from './held-keys.js';
import { knownMacKeys } from './mac-key.js';
import type { KeyRingSettings } from './open-key-ring.js';
import { openKeySources } from './open-key-sources.js';

/**
 * The key of the MACs of rows, for whoever may read the database and no more; undefined where no
 * gateway has made one yet. Throws EncryptionKeyError where it cannot be unwrapped here.
 */
export async function knownRowKey(
  { encryption, dataDir }: KeyRingSettings,
  database: Database,
): Promise<KeyObject | undefined> {
  const store = new EncryptionKeysStore(database);
  const wrapped = await store.macSecret();
  if (wrapped === undefined) return undefined;
  const sources = await openKeySources(encryption, dataDir);
  try {
    const held = new HeldKeys(sources);
    const wrapper = (await store.keys()).find(({ id }) => id === wrapperOf(wrapped));
    if (wrapper !== undefined) await held.take(wrapper);
    return (await knownMacKeys(store, held))?.rows;
  } finally {
    for (const source of sources.all.values()) source.close();
  }
}
