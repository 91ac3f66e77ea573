import type { AuditEntryTable } from '../../storage/schema.js';

export type EntryStage = AuditEntryTable['stage'];
export type EntrySource = AuditEntryTable['source'];

/** An event to be appended: its JSON, stored as it is. */
export interface LogEntry {
  readonly json: string;
  readonly stage: EntryStage;
  /** Of `outcome` and `joined`: the leaf index that the call began with. */
  readonly callIndex?: number;
  /** Who reports it; the gateway itself if absent. */
  readonly source?: EntrySource;
}
