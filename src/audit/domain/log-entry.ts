import type { AuditLogEntry } from '../../platform/storage/audit-log-entry.js';
import type { EntryPlace } from './entry-place.js';

export type EntryStage = AuditLogEntry['stage'];
export type EntrySource = AuditLogEntry['source'];

/** Statement in the dialect of the database. */
export interface ChangeStatement {
  readonly sql: string;
  /** Texts, whole numbers, bytes and null. */
  readonly parameters: readonly unknown[];
}

/** Change in the transaction of an event: both are stored, or neither. */
export interface GuardedChange {
  /** Writers of overlapping rows use equal names: rows are locked in this order. */
  readonly key: string;
  /** Changes exactly one row; otherwise, the remaining statements and the event are omitted. */
  readonly guard: ChangeStatement;
  readonly rest: readonly ChangeStatement[];
}

/** Event to append: its JSON, stored unchanged. */
export interface LogEntry {
  readonly json: string;
  readonly stage: EntryStage;
  /** For `outcome` and `joined`: the entry that began the call. */
  readonly call?: EntryPlace;
  /** Reporter of the event; by default, the gateway itself. */
  readonly source?: EntrySource;
  readonly change?: GuardedChange;
}

/** Event with a change. */
export type ChangeEntry = LogEntry & { readonly change: GuardedChange };
