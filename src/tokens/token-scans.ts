import { limits } from '../core/limits.js';
import type { RowScan, ScannedRow } from '../encryption/row-scan.js';
import type { RowIntegrity } from '../encryption/row-integrity.js';
import type { Database } from '../storage/database.js';
import {
  type RevokedTokenRow,
  revokedTokenValues,
  type TokenRow,
  tokenValues,
} from './token-row.js';

/** All tokens that there are. */
export class TokenScan implements RowScan {
  readonly table = 'access_tokens';
  readonly #database: Database;
  readonly #integrity: RowIntegrity;

  constructor(database: Database, integrity: RowIntegrity) {
    this.#database = database;
    this.#integrity = integrity;
  }

  async next(after: string): Promise<readonly ScannedRow[]> {
    const rows = await this.#database.query(
      (db) =>
        db
          .selectFrom(this.table)
          .selectAll()
          .where('id', '>', after)
          .orderBy('id')
          .limit(limits.rowsCheckedAtOnceMax)
          .execute(),
      'work',
    );
    return rows.map((row) => this.#scanned(row));
  }

  #scanned(row: TokenRow): ScannedRow {
    const values = tokenValues(row);
    const { id } = row;
    return {
      key: id,
      name: `${id} of ${row.owner_username}`,
      isOurs: this.#integrity.isOurs(this.table, values, row.mac),
      adopt: async () => {
        const mac = this.#integrity.macOf(this.table, values);
        await this.#database.query((db) =>
          db.updateTable(this.table).set({ mac }).where('id', '=', id).execute(),
        );
      },
    };
  }
}

/** All tokens of which it is remembered that they were revoked. */
export class RevokedTokenScan implements RowScan {
  readonly table = 'revoked_tokens';
  readonly #database: Database;
  readonly #integrity: RowIntegrity;

  constructor(database: Database, integrity: RowIntegrity) {
    this.#database = database;
    this.#integrity = integrity;
  }

  async next(after: string): Promise<readonly ScannedRow[]> {
    const rows = await this.#database.query(
      (db) =>
        db
          .selectFrom(this.table)
          .selectAll()
          .where('id', '>', after)
          .orderBy('id')
          .limit(limits.rowsCheckedAtOnceMax)
          .execute(),
      'work',
    );
    return rows.map((row) => this.#scanned(row));
  }

  #scanned(row: RevokedTokenRow): ScannedRow {
    const values = revokedTokenValues(row);
    const { id } = row;
    return {
      key: id,
      name: `${id} of ${row.owner_username}`,
      isOurs: this.#integrity.isOurs(this.table, values, row.mac),
      adopt: async () => {
        const mac = this.#integrity.macOf(this.table, values);
        await this.#database.query((db) =>
          db.updateTable(this.table).set({ mac }).where('id', '=', id).execute(),
        );
      },
    };
  }
}
