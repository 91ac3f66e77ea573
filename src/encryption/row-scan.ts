import type { Kysely } from 'kysely';
import { limits } from '../core/limits.js';
import type { Database } from '../platform/storage/database.js';
import type { Schema } from '../platform/storage/schema.js';
import type { SealedTable } from './domain/row-mac.js';
import type { RowIntegrity } from './row-integrity.js';

/** Row with a MAC, as found by a scan. */
export interface ScannedRow {
  /** Key after which the scan continues. */
  readonly key: string;
  /** Name for operators. */
  readonly name: string;
  /** Whether a gateway with this key has written it as it is. */
  readonly isOurs: boolean;
  /** Seals it as it is: an operator confirms that it is the gateway's. */
  adopt(): Promise<void>;
}

/** Scan of all rows of a table that have a MAC, in parts. */
export interface RowScan {
  readonly table: SealedTable;
  /** Returns `limits.rowsCheckedAtOnceMax` rows after a key ('' begins); fewer at the end. */
  next(after: string): Promise<readonly ScannedRow[]>;
}

/** Scan of one table, in the order of its key. */
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

  /** Returns this number of rows after a key, in order. */
  protected abstract rows(
    db: Kysely<Schema>,
    after: string,
    count: number,
  ): Promise<readonly Row[]>;

  protected abstract scanned(row: Row): ScannedRow;
}
