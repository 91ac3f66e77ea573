import type { Kysely } from 'kysely';
import type { Database } from '../../platform/storage/database.js';
import type { Schema } from '../../platform/storage/schema.js';
import type { History, HistoryRef } from '../domain/version.js';
import type { HistoryHead } from '../domain/versions.store.js';
import { chunks } from './chunks.js';
import type { VersionChecks } from './version-checks.js';
import { attributionOf, type HistoryRow, historyOf, keysOf } from './version-rows.js';

/**
 * Reads histories, in either dialect. Reads for a response throw IntegrityError if a row was not
 * written by a gateway. Reads for the comparison with the cluster do not: recording continues, and
 * a background check reports the row.
 */
export class HistoryReads {
  readonly #database: Database;
  readonly #checks: VersionChecks;

  constructor(database: Database, checks: VersionChecks) {
    this.#database = database;
    this.#checks = checks;
  }

  async history(ref: HistoryRef): Promise<History | undefined> {
    const row = await this.#database.query((db) => ofRef(db, ref).executeTakeFirst());
    return row && this.#checked(row);
  }

  async head(ref: HistoryRef): Promise<HistoryHead | undefined> {
    const [head] = await this.#heads((db) => ofRef(db, ref).execute());
    return head;
  }

  /** Returns the newest history of a name under other uids of its namespace. */
  async formerHistory({ namespaceUid, namespace, name }: HistoryRef): Promise<History | undefined> {
    const row = await this.#database.query((db) =>
      db
        .selectFrom('secret_histories')
        .selectAll()
        .where('namespace', '=', namespace)
        .where('name', '=', name)
        .where('namespace_uid', '<>', namespaceUid)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst(),
    );
    return row && this.#checked(row);
  }

  /** Returns namespaces whose histories take space, by uid. */
  async namespaces(
    afterUid: string,
    limit: number,
  ): Promise<readonly Pick<HistoryRef, 'namespaceUid' | 'namespace'>[]> {
    const rows = await this.#database.query((db) =>
      db
        .selectFrom('history_namespaces')
        .select((eb) => [
          'namespace_uid',
          eb
            .selectFrom('secret_histories')
            .select('namespace')
            .whereRef('secret_histories.namespace_uid', '=', 'history_namespaces.namespace_uid')
            .limit(1)
            .as('namespace'),
        ])
        .where('namespace_uid', '>', afterUid)
        .where('bytes', '>', 0)
        .where((eb) =>
          eb(
            'namespace_uid',
            'in',
            eb.selectFrom('secret_histories').select('secret_histories.namespace_uid'),
          ),
        )
        .orderBy('namespace_uid')
        .limit(limit)
        .execute(),
    );
    return rows.flatMap(({ namespace_uid: namespaceUid, namespace }) =>
      namespace === null ? [] : [{ namespaceUid, namespace }],
    );
  }

  async histories(namespaceUid: string, names: readonly string[]): Promise<readonly HistoryHead[]> {
    const found: HistoryHead[] = [];
    for (const some of chunks(names)) {
      const heads = await this.#heads((db) =>
        ofNamespace(db, namespaceUid).where('name', 'in', some).execute(),
      );
      found.push(...heads);
    }
    return found;
  }

  /** Returns heads of a namespace, of all of them (''), in pages by id. */
  liveHeads(namespaceUid: string, afterId: number, limit: number): Promise<readonly HistoryHead[]> {
    return this.#heads((db) => {
      const all = db.selectFrom('secret_histories').selectAll();
      const some = namespaceUid === '' ? all : all.where('namespace_uid', '=', namespaceUid);
      return some
        .where('deleted_ms', 'is', null)
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(limit)
        .execute();
    });
  }

  /** Returns histories without a live object, by name. */
  deleted(namespaceUid: string, after: string, limit: number): Promise<readonly HistoryHead[]> {
    return this.#heads((db) =>
      ofNamespace(db, namespaceUid)
        .where('deleted_ms', 'is not', null)
        .where('previous_version', 'is not', null)
        .where('name', '>', after)
        .orderBy('name')
        .limit(limit)
        .execute(),
    );
  }

  async all(namespaceUid: string, after: string, limit: number): Promise<readonly History[]> {
    const rows = await this.#database.query((db) =>
      ofNamespace(db, namespaceUid)
        .where('name', '>', after)
        .orderBy('name')
        .limit(limit)
        .execute(),
    );
    return rows.map((row) => this.#checked(row));
  }

  /** Returns the position of a watch; undefined if no gateway wrote it. */
  async watchCursor(name: string): Promise<string | undefined> {
    const row = await this.#database.query((db) =>
      db.selectFrom('watch_cursors').selectAll().where('name', '=', name).executeTakeFirst(),
    );
    return row && this.#checks.isCursorOurs(row) ? row.resource_version : undefined;
  }

  #checked(row: HistoryRow): History {
    this.#checks.requireHistory(row);
    return historyOf(row);
  }

  #heads(
    find: (db: Kysely<Schema>) => Promise<readonly HistoryRow[]>,
  ): Promise<readonly HistoryHead[]> {
    return this.#database.query(async (db) => {
      const heads: HistoryHead[] = [];
      for (const rows of chunks(await find(db))) heads.push(...(await withLast(db, rows)));
      return heads;
    });
  }
}

function ofRef(db: Kysely<Schema>, { namespaceUid, name }: HistoryRef) {
  return ofNamespace(db, namespaceUid).where('name', '=', name);
}

function ofNamespace(db: Kysely<Schema>, namespaceUid: string) {
  return db.selectFrom('secret_histories').selectAll().where('namespace_uid', '=', namespaceUid);
}

/** Returns the current version for comparisons, also if a late state was inserted after it. */
function lastOf({
  current_version: current,
  previous_version: previous,
  last_version,
}: HistoryRow) {
  return current ?? previous ?? last_version;
}

async function withLast(
  db: Kysely<Schema>,
  rows: readonly HistoryRow[],
): Promise<readonly HistoryHead[]> {
  const versions = await db
    .selectFrom('secret_versions')
    .select([
      'history_id',
      'version',
      'secret_uid',
      'resource_version',
      'fingerprint',
      'keys',
      'door',
      'username',
      'user_kind',
      'credential_id',
      'reason',
      'audit_id',
      'field_manager',
      'on_behalf_of',
      'restored_from',
      'created_ms',
    ])
    .where((eb) =>
      eb(
        eb.refTuple('history_id', 'version'),
        'in',
        rows.map((row) => eb.tuple(row.id, lastOf(row))),
      ),
    )
    .execute();
  const lasts = new Map(versions.map((row) => [row.history_id, row]));
  return rows.map((row) => {
    const last = lasts.get(row.id);
    return {
      history: historyOf(row),
      last: last && {
        version: last.version,
        secretUid: last.secret_uid,
        resourceVersion: last.resource_version,
        fingerprint: last.fingerprint,
        keys: keysOf(last),
        attribution: attributionOf(last),
        createdMs: last.created_ms,
      },
    };
  });
}
