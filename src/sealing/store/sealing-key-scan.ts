import type { Kysely } from 'kysely';
import { type ScannedRow, TableScan } from '../../encryption/row-scan.js';
import type { Schema } from '../../platform/storage/schema.js';
import { type SealingKeyRow, sealingKeyValues } from './sealing-key-rows.js';

/** Scan of all key pairs for sealed values. */
export class SealingKeyScan extends TableScan<SealingKeyRow> {
  override readonly table = 'sealing_keys';

  protected override rows(db: Kysely<Schema>, after: string, count: number) {
    const all = db.selectFrom('sealing_keys').selectAll();
    const from = after === '' ? all : all.where('generation', '>', Number(after));
    return from.orderBy('generation').limit(count).execute();
  }

  protected override scanned(row: SealingKeyRow): ScannedRow {
    const { generation } = row;
    const values = sealingKeyValues(row);
    return {
      key: String(generation),
      name: String(generation),
      isOurs: this.integrity.isOurs('sealing_keys', values, row.mac),
      adopt: async () => {
        const mac = this.integrity.macOf('sealing_keys', values);
        await this.database.query((db) =>
          db
            .updateTable('sealing_keys')
            .set({ mac })
            .where('generation', '=', generation)
            .execute(),
        );
      },
    };
  }
}
