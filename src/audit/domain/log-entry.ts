import type { AuditLogEntry } from '../../platform/storage/schema.js';

export type EntryStage = AuditLogEntry['stage'];
export type EntrySource = AuditLogEntry['source'];

/** A statement as the database at hand takes it. */
export interface ChangeStatement {
  readonly sql: string;
  /** Texts, whole numbers, bytes and null. */
  readonly parameters: readonly unknown[];
}

/** What is changed in the transaction of an event: both are there, or neither. */
export interface GuardedChange {
  /** Whoever may lock the same rows names them alike: they are locked in the order of this. */
  readonly key: string;
  /** Changes exactly one row; else the rest and the event are left out. */
  readonly guard: ChangeStatement;
  readonly rest: readonly ChangeStatement[];
}

/** An event to be appended: its JSON, stored as it is. */
export interface LogEntry {
  readonly json: string;
  readonly stage: EntryStage;
  /** Of `outcome` and `joined`: the leaf index that the call began with. */
  readonly callIndex?: number;
  /** Who reports it; the gateway itself if absent. */
  readonly source?: EntrySource;
  readonly change?: GuardedChange;
}

/** An event that goes with a change. */
export type ChangeEntry = LogEntry & { readonly change: GuardedChange };
