import type { Selectable } from 'kysely';
import type { RowValue } from '../../encryption/domain/row-mac.js';
import type { VersionBinding } from '../../encryption/domain/version-binding.js';
import type { Sealed } from '../../encryption/key-ring.js';
import type { SealingKeyTable } from '../../platform/storage/sealing-schema.js';

export type SealingKeyRow = Selectable<SealingKeyTable>;

/** Returns the authenticated values of a row: all but those that a rewrap changes. */
export function sealingKeyValues(row: Omit<SealingKeyRow, 'mac'>): readonly RowValue[] {
  return [row.generation, row.certificate, row.created_ms, row.ciphertext];
}

/**
 * Binds a private key to its row. It is not bound to a cluster: manifests in a repository open
 * again in a new cluster, if the gateway has its former database and keys.
 */
export function sealingKeyBinding({
  generation,
}: Pick<SealingKeyRow, 'generation'>): VersionBinding {
  const nowhere = { cluster: '', namespace: '', namespaceUid: '', name: '' };
  return { ...nowhere, secretUid: 'sealing-key', version: generation };
}

export function sealedOf(row: SealingKeyRow): Sealed {
  return { keyId: row.key_id, wrappedKey: row.wrapped_key, ciphertext: row.ciphertext };
}
