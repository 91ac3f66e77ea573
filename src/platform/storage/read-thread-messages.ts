import type { AttachedFile, SqliteLocation } from './sqlite-database.js';

/** Start data of the thread that reads. */
export interface ReadData {
  readonly location: SqliteLocation;
  readonly attached: AttachedFile | undefined;
}

/** A query for the thread that reads. */
export interface ReadQuery {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Result of a query: rows, or a sentence for operators. */
export type ReadResult =
  | { readonly id: number; readonly rows: readonly unknown[] }
  | { readonly id: number; readonly failure: string; readonly isDamaged: boolean };
