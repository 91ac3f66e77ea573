import type { AuditFacts, AuditResult } from '../../audit/domain/audit-event.js';
import type { GuardedChange } from '../../audit/domain/log-entry.js';
import type { CallContext } from '../../core/call-context.js';

/** Event of a transaction. */
export interface TransactionRecord {
  readonly ctx: CallContext;
  readonly facts: AuditFacts;
  readonly result: AuditResult;
}

/**
 * Port for changes of the gateway's own database within a call that `CallRunner` runs. The change
 * and its event are one transaction.
 */
export abstract class RecordedTransactions {
  /**
   * Stores the change and its event. Returns false if the guard of the change did not hold: then
   * neither is stored. Throws Unavailable if both or neither may be stored: check.
   */
  abstract change(record: TransactionRecord, change: GuardedChange): Promise<boolean>;
}
