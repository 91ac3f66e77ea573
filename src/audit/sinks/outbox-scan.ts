import type { Kysely, Selectable } from 'kysely';
import { type ScannedRow, TableScan } from '../../encryption/row-scan.js';
import { placeValues } from './domain/sink-place.js';
import type { AuditOutboxTable, Schema } from '../../platform/storage/schema.js';

type OutboxRow = Selectable<AuditOutboxTable>;

/** Positions of each sink and each anchor. */
export class OutboxScan extends TableScan<OutboxRow> {
  override readonly table = 'audit_outbox';

  protected override rows(db: Kysely<Schema>, after: string, count: number) {
    const all = db.selectFrom('audit_outbox').selectAll();
    return all.where('sink', '>', after).orderBy('sink').limit(count).execute();
  }

  protected override scanned({ sink, next_index, mac }: OutboxRow): ScannedRow {
    const values = placeValues({ sink, next_index });
    return {
      key: sink,
      name: sink,
      isOurs: this.integrity.isOurs('audit_outbox', values, mac),
      adopt: async () => {
        const adopted = this.integrity.macOf('audit_outbox', values);
        await this.database.query((db) =>
          db
            .updateTable('audit_outbox')
            .set({ mac: adopted })
            .where('sink', '=', sink)
            .where('next_index', '=', next_index)
            .execute(),
        );
      },
    };
  }
}
