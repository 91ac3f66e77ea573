import type { KeyObject } from 'node:crypto';
import type { Database } from '../platform/storage/database.js';
import { type KeyNeeds, planKey } from './domain/plan-keys.js';
import { wrapperOf } from './domain/wrapped-secret.js';
import { type EncryptionKeyRow, EncryptionKeysStore } from './encryption-keys.store.js';
import { EncryptionKeyError } from './key-error.js';
import { LoadedKeys } from './loaded-keys.js';
import { knownMacKeys } from './mac-key.js';
import type { KeyRingSettings } from './key-material.js';
import { type KeySources, openKeySources } from './open-key-sources.js';

/**
 * Returns the key of the MACs of rows, for processes that only read the database. Undefined if no
 * gateway has created it yet. Throws EncryptionKeyError if it cannot be unwrapped here.
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
    const held = new LoadedKeys(sources);
    const wrapper = (await store.keys()).find(({ id }) => id === wrapperOf(wrapped));
    if (wrapper !== undefined) await held.take(demandNamed(wrapper, sources));
    return (await knownMacKeys(store, held))?.rows;
  } finally {
    for (const source of sources.all.values()) source.close();
  }
}

/** Returns the row of the secret of MACs' key; throws if settings do not name the key. */
function demandNamed(row: EncryptionKeyRow, { all, retired }: KeySources): EncryptionKeyRow {
  const needs: KeyNeeds = {
    sources: new Set([...all.keys()].filter((id) => !retired.has(id))),
    versions: new Map(),
    macWrapper: row.id,
  };
  const plan = planKey(row, needs);
  if (plan.kind === 'refuse') throw new EncryptionKeyError(plan.reason);
  return row;
}
