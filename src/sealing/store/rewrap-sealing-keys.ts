import { sealingLimits } from '../../core/sealing-limits.js';
import { IntegrityError } from '../../encryption/domain/integrity-error.js';
import type { KeyRing, Sealed } from '../../encryption/key-ring.js';
import type { Database } from '../../platform/storage/database.js';
import { sealedOf, sealingKeyBinding, type SealingKeyRow } from './sealing-key-rows.js';

export interface RewrapSealingKeysDependencies {
  readonly ring: KeyRing;
  readonly database: Database;
  /** Records that this number of private keys is about to be under the active key. */
  readonly record: (count: number) => Promise<void>;
  readonly onDamaged: (row: SealingKeyRow) => void;
}

type Wrapped = Pick<Sealed, 'keyId' | 'wrappedKey'>;

/** Wraps the private keys for sealed values with the active key. Throws StorageError. */
export async function rewrapSealingKeys({
  ring,
  database,
  record,
  onDamaged,
}: RewrapSealingKeysDependencies): Promise<{ rewrapped: number; damaged: number }> {
  let [rewrapped, damaged, after] = [0, 0, 0];
  for (;;) {
    const rows = await wrappedOtherwise(database, ring.activeKeyId, after);
    const last = rows.at(-1);
    if (last === undefined) return { rewrapped, damaged };
    after = last.generation;
    const batch = rows.map((row) => ({ row, wrapped: rewrapOne(ring, row) }));
    const bad = batch.filter(({ wrapped }) => wrapped === undefined);
    for (const { row } of bad) onDamaged(row);
    damaged += bad.length;
    if (batch.length > bad.length) await record(batch.length - bad.length);
    for (const { row, wrapped } of batch) {
      if (wrapped !== undefined && (await rewrap(database, row, wrapped))) rewrapped += 1;
    }
  }
}

function wrappedOtherwise(
  database: Database,
  keyId: string,
  after: number,
): Promise<readonly SealingKeyRow[]> {
  return database.query(
    (db) =>
      db
        .selectFrom('sealing_keys')
        .selectAll()
        .where('key_id', '<>', keyId)
        .where('generation', '>', after)
        .orderBy('generation')
        .limit(sealingLimits.keysMax)
        .execute(),
    'work',
  );
}

/** Rewraps; undefined if the row is damaged. */
function rewrapOne(ring: KeyRing, row: SealingKeyRow): Wrapped | undefined {
  try {
    return ring.rewrap(sealedOf(row), sealingKeyBinding(row));
  } catch (error) {
    if (error instanceof IntegrityError) return undefined;
    throw error;
  }
}

/** Stores the new wrapping only if the row is unchanged since it was read. */
async function rewrap(
  database: Database,
  row: SealingKeyRow,
  { keyId, wrappedKey }: Wrapped,
): Promise<boolean> {
  const { numUpdatedRows } = await database.query(
    (db) =>
      db
        .updateTable('sealing_keys')
        .set({ key_id: keyId, wrapped_key: wrappedKey })
        .where('generation', '=', row.generation)
        .where('key_id', '=', row.key_id)
        .where('wrapped_key', '=', row.wrapped_key)
        .executeTakeFirstOrThrow(),
    'work',
  );
  return numUpdatedRows > 0n;
}
