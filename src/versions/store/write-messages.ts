import type { KeyObject } from 'node:crypto';
import type { SqliteLocation } from '../../platform/storage/sqlite-database.js';
import type { VersionWrite, VersionWrites } from './version-writes.js';

/** Initial data of the thread that writes histories. */
export interface WriteThreadData {
  readonly location: SqliteLocation;
  /** Key of the MACs of rows. */
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

/** Outcome of a call: its result, or a sentence for operators. */
export type WriteAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: string };
