import type { KeyObject } from 'node:crypto';
import type { SqliteLocation } from '../../platform/storage/sqlite-database.js';
import type { VersionWrite, VersionWrites } from './version-writes.js';

/** What the thread that writes histories starts with. */
export interface WriteThreadData {
  readonly location: SqliteLocation;
  /** Of the MACs of rows. */
  readonly rowKey: KeyObject;
}

/** A call for the thread that writes histories. */
export type WriteCall = {
  readonly [Name in VersionWrite]: {
    readonly id: number;
    readonly write: Name;
    readonly args: Parameters<VersionWrites[Name]>;
  };
}[VersionWrite];

/** What became of it: what the call answers with, or a sentence for operators. */
export type WriteAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: string };
