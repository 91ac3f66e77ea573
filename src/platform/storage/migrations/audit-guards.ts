import { type Kysely, sql } from 'kysely';

const INSERTED_ONLY = ['audit_tiles', 'audit_checkpoints'];
const PRUNABLE = ['audit_entries', 'audit_names'];

/** Prevents changes of recorded data; entries are deleted only below the head's pruned position. */
export async function guardAuditLog(db: Kysely<unknown>): Promise<void> {
  for (const table of [...PRUNABLE, ...INSERTED_ONLY]) {
    await sql`CREATE TRIGGER ${sql.id(`${table}_no_update`)} BEFORE UPDATE ON ${sql.table(table)}
      BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END`.execute(db);
  }
  for (const table of PRUNABLE) {
    await sql`CREATE TRIGGER ${sql.id(`${table}_no_delete`)} BEFORE DELETE ON ${sql.table(table)}
      WHEN OLD.leaf_index >= (SELECT pruned_below FROM audit_head WHERE id = 1)
      BEGIN SELECT RAISE(ABORT, 'the audit log is pruned from its beginning only'); END`.execute(
      db,
    );
  }
  for (const table of INSERTED_ONLY) {
    await sql`CREATE TRIGGER ${sql.id(`${table}_no_delete`)} BEFORE DELETE ON ${sql.table(table)}
      BEGIN SELECT RAISE(ABORT, 'the audit log is never deleted'); END`.execute(db);
  }
  await sql`CREATE TRIGGER audit_head_no_return BEFORE UPDATE ON audit_head
    WHEN NEW.size < OLD.size OR NEW.pruned_below < OLD.pruned_below
    BEGIN SELECT RAISE(ABORT, 'the audit log never shrinks'); END`.execute(db);
  await sql`CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
    BEGIN SELECT RAISE(ABORT, 'the audit log has a head'); END`.execute(db);
}
