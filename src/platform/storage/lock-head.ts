import type { Transaction } from 'kysely';
import type { AuditHeadTable, Schema } from './schema.js';

/**
 * Holds the log's only head for the rest of the transaction, as every append does: nothing is
 * appended meanwhile, by this process or another. To be the transaction's first statement.
 */
export async function lockHead(transaction: Transaction<Schema>): Promise<AuditHeadTable> {
  return transaction
    .updateTable('audit_head')
    .set({ id: 1 })
    .where('id', '=', 1)
    .returningAll()
    .executeTakeFirstOrThrow();
}
