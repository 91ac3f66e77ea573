import type { Kysely } from 'kysely';
import type { ElementChange } from '../../encryption/domain/multiset-digest.js';
import type { Schema } from '../../platform/storage/schema.js';
import type { HistoryMarks } from '../domain/plan-record.js';
import { type HistoryRow, markColumns } from './version-rows.js';
import type { VersionSeals } from './version-seals.js';

/** Writes the marks of a history that was read under its lock, with the changes below them. */
export async function putMarks(
  db: Kysely<Schema>,
  seals: VersionSeals,
  before: HistoryRow,
  { after, change }: { readonly after: HistoryMarks; readonly change?: ElementChange | undefined },
): Promise<void> {
  await db
    .updateTable('secret_histories')
    .set({ ...markColumns(after), ...seals.sealChanged(before, after, change) })
    .where('id', '=', before.id)
    .execute();
}
