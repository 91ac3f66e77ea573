import type { Transaction } from 'kysely';
import type { AuditHeadTable, Schema } from './schema.js';

/**
 * Locks the log's only head for the remaining transaction, as every append does: no process appends
 * meanwhile. This must be the transaction's first statement.
 */
export async function lockHead(transaction: Transaction<Schema>): Promise<AuditHeadTable> {
  return transaction
    .updateTable('audit_head')
    .set({ id: 1 })
    .where('id', '=', 1)
    .returningAll()
    .executeTakeFirstOrThrow();
}
