import type { AttachedFile, SqliteLocation } from './sqlite-database.js';

/** What the thread that reads is started with. */
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

/** What became of it: rows, or a sentence for operators. */
export type ReadResult =
  | { readonly id: number; readonly rows: readonly unknown[] }
  | { readonly id: number; readonly failure: string; readonly isDamaged: boolean };
