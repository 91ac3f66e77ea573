import type { Kysely } from 'kysely';
import type { RowValue } from '../encryption/domain/row-mac.js';
import { type ScannedRow, TableScan } from '../encryption/row-scan.js';
import type { Schema } from '../platform/storage/schema.js';
import {
  type RevokedTokenRow,
  revokedTokenValues,
  type TokenRow,
  tokenValues,
} from './token-row.js';

/** Scan of all rows of a table of tokens. */
abstract class TokenTableScan<Row extends TokenRow | RevokedTokenRow> extends TableScan<Row> {
  abstract override readonly table: 'access_tokens' | 'revoked_tokens';

  protected abstract valuesOf(row: Row): readonly RowValue[];

  protected override scanned(row: Row): ScannedRow {
    const values = this.valuesOf(row);
    const { id } = row;
    return {
      key: id,
      name: `${id} of ${row.owner_username}`,
      isOurs: this.integrity.isOurs(this.table, values, row.mac),
      adopt: async () => {
        const mac = this.integrity.macOf(this.table, values);
        await this.database.query((db) =>
          db.updateTable(this.table).set({ mac }).where('id', '=', id).execute(),
        );
      },
    };
  }
}

/** Scan of all existing tokens. */
export class TokenScan extends TokenTableScan<TokenRow> {
  override readonly table = 'access_tokens';

  protected override valuesOf(row: TokenRow): readonly RowValue[] {
    return tokenValues(row);
  }

  protected override rows(db: Kysely<Schema>, after: string, count: number) {
    const all = db.selectFrom('access_tokens').selectAll();
    return all.where('id', '>', after).orderBy('id').limit(count).execute();
  }
}

/** Scan of all tokens that are stored as revoked. */
export class RevokedTokenScan extends TokenTableScan<RevokedTokenRow> {
  override readonly table = 'revoked_tokens';

  protected override valuesOf(row: RevokedTokenRow): readonly RowValue[] {
    return revokedTokenValues(row);
  }

  protected override rows(db: Kysely<Schema>, after: string, count: number) {
    const all = db.selectFrom('revoked_tokens').selectAll();
    return all.where('id', '>', after).orderBy('id').limit(count).execute();
  }
}
