import { sql } from 'kysely';
import type { Database } from '../../platform/storage/database.js';
import type { AuditEntries, AuditNameTable } from '../../platform/storage/schema.js';

/** Reads of the stored log for a check of all of it. Throws StorageError. */
export class StoredLogReads {
  readonly #database: Pick<Database, 'query'>;

  constructor(database: Pick<Database, 'query'>) {
    this.#database = database;
  }

  /** Returns entries from `from` up to and without `to`, with all columns besides the event. */
  wholeEntries(from: number, to: number): Promise<readonly AuditEntries[]> {
    return this.#database.query((db) =>
      db
        .selectFrom('audit_entries')
        .selectAll()
        .where('leaf_index', '>=', from)
        .where('leaf_index', '<', to)
        .orderBy('leaf_index')
        .execute(),
    );
  }

  /** Returns an excess of a log of this size: another head, or tiles that are not full yet. */
  async surplus(size: number): Promise<string | undefined> {
    const heads = await this.#database.query((db) =>
      db.selectFrom('audit_head').select('id').execute(),
    );
    if (heads.length !== 1 || heads[0]?.id !== 1) return 'the audit log has another head';
    const tiles = await this.#database.query((db) =>
      db
        .selectFrom('audit_tiles')
        .select((eb) => ['level', eb.fn.max('tile_index').as('last')])
        .select((eb) => eb.fn.min('tile_index').as('first'))
        .groupBy('level')
        .execute(),
    );
    const early = tiles.find(({ level, first, last }) => {
      return level < 0 || Number(first) < 0 || (Number(last) + 1) * 256 ** (level + 1) > size;
    });
    return early && `tile ${early.level}/${early.last} of the audit log is of entries to come`;
  }

  /** Returns how many of these names PostgreSQL's search tables have. */
  async namesFound(names: readonly AuditNameTable[]): Promise<number> {
    if (names.length === 0) return 0;
    const column = (of: (name: AuditNameTable) => string | number) => sql.val(names.map(of));
    const { rows } = await this.#database.query((db) =>
      sql<{ count: number }>`SELECT count(*) AS count FROM audit_names
        JOIN unnest(${column(({ kind }) => kind)}::text[], ${column(({ name }) => name)}::text[],
          ${column(({ call_index }) => call_index)}::bigint[],
          ${column(({ leaf_index }) => leaf_index)}::bigint[])
          AS wanted (kind, name, call_index, leaf_index)
        USING (kind, name, call_index, leaf_index)`.execute(db),
    );
    return Number(rows[0]?.count);
  }
}
