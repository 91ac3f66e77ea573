import type { Kysely } from 'kysely';
import { limits } from '../core/limits.js';
import type { Database } from '../platform/storage/database.js';
import type { Schema } from '../platform/storage/schema.js';
import type { SealedTable } from './domain/row-mac.js';
import type { RowIntegrity } from './row-integrity.js';

/** A row with a MAC, as a look at all of them finds it. */
export interface ScannedRow {
  /** Where the scan goes on behind it. */
  readonly key: string;
  /** What operators know it by. */
  readonly name: string;
  /** Whether a gateway with this key has written it as it is. */
  readonly isOurs: boolean;
  /** Gives it a MAC as it is: an operator says that it is the gateway's. */
  adopt(): Promise<void>;
}

/** All rows of a table that carry a MAC, in parts. */
export interface RowScan {
  readonly table: SealedTable;
  /** Rows behind a key ('' begins), `limits.rowsCheckedAtOnceMax` of them; fewer at the end. */
  next(after: string): Promise<readonly ScannedRow[]>;
}

/** Goes over one table, in the order of its key. */
export abstract class TableScan<Row> implements RowScan {
  abstract readonly table: SealedTable;
  protected readonly database: Database;
  protected readonly integrity: RowIntegrity;

  constructor(database: Database, integrity: RowIntegrity) {
    this.database = database;
    this.integrity = integrity;
  }

  async next(after: string): Promise<readonly ScannedRow[]> {
    const rows = await this.database.query(
      (db) => this.rows(db, after, limits.rowsCheckedAtOnceMax),
      'work',
    );
    return rows.map((row) => this.scanned(row));
  }

  /** So many rows behind a key, in order. */
  protected abstract rows(
    db: Kysely<Schema>,
    after: string,
    count: number,
  ): Promise<readonly Row[]>;

  protected abstract scanned(row: Row): ScannedRow;
}
