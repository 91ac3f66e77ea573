import type { Kysely, Selectable } from 'kysely';
import { type ScannedRow, TableScan } from '../../encryption/row-scan.js';
import type { CustomResourceTable } from '../../platform/storage/custom-resources-schema.js';
import type { Schema } from '../../platform/storage/schema.js';
import { authorValues, factsValues } from './object-rows.js';

type Row = Selectable<CustomResourceTable>;

/** Scan of all that is stored about custom resources: authors and facts. */
export class ObjectScan extends TableScan<Row> {
  override readonly table = 'custom_resource_authors';

  protected override rows(db: Kysely<Schema>, after: string, count: number) {
    const all = db.selectFrom('custom_resources').selectAll();
    return all.where('uid', '>', after).orderBy('uid').limit(count).execute();
  }

  protected override scanned(row: Row): ScannedRow {
    const { uid } = row;
    const { integrity } = this;
    const [author, facts] = [authorValues(row), factsValues(row)];
    const hasAuthor = row.author !== null || row.spec_hash !== null;
    const hasFacts = row.facts !== null;
    const isAuthorOurs = integrity.isOurs('custom_resource_authors', author, row.author_mac);
    const areFactsOurs = integrity.isOurs('custom_resource_facts', facts, row.facts_mac);
    return {
      key: uid,
      name: uid,
      isOurs: (!hasAuthor || isAuthorOurs) && (!hasFacts || areFactsOurs),
      adopt: async () => {
        const author_mac = integrity.macOf('custom_resource_authors', author);
        const facts_mac = integrity.macOf('custom_resource_facts', facts);
        await this.database.query((db) =>
          db
            .updateTable('custom_resources')
            .set({ author_mac, facts_mac })
            .where('uid', '=', uid)
            .execute(),
        );
      },
    };
  }
}
