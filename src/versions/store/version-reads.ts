import type { Kysely } from 'kysely';
import type { Database } from '../../platform/storage/database.js';
import type { Schema } from '../../platform/storage/schema.js';
import type { ComparedVersion } from '../domain/version.js';
import type { StoredVersion, VersionPage } from '../domain/versions.store.js';
import type { NamedVersionRow, VersionChecks } from './version-checks.js';
import {
  comparedOf,
  type HistoryRow,
  metadataOf,
  payloadOf,
  SEALED_COLUMNS,
} from './version-rows.js';

const FOLLOWING = ['current', 'previous', 'pending'] as const;

/**
 * Reads the versions of a history, in either dialect. Throws IntegrityError if a row that an answer
 * would depend on was not written by a gateway.
 */
export class VersionReads {
  readonly #database: Database;
  readonly #checks: VersionChecks;

  constructor(database: Database, checks: VersionChecks) {
    this.#database = database;
    this.#checks = checks;
  }

  /** Lists versions below `before`, newest first. */
  async list(historyId: number, before: number | undefined, limit: number): Promise<VersionPage> {
    const [rows, aliases] = await Promise.all([
      this.#database.query((db) => pageOf(db, historyId, before, limit + 1)),
      this.#aliasesOf(historyId),
    ]);
    this.#checks.requireVersions(rows);
    const page = rows.slice(0, limit);
    return {
      items: page.map((row) => ({ ...metadataOf(row), aliases: aliases.get(row.version) ?? [] })),
      before: rows.length > limit ? page.at(-1)?.version : undefined,
    };
  }

  async get(historyId: number, version: number): Promise<StoredVersion | undefined> {
    const [row, aliases] = await Promise.all([
      this.#database.query((db) => withPayload(db, historyId, version)),
      this.#aliasesOf(historyId),
    ]);
    if (row !== undefined) this.#checks.requireVersions([row]);
    return (
      row && {
        ...metadataOf(row),
        aliases: aliases.get(version) ?? [],
        payload: payloadOf(row),
      }
    );
  }

  async compared(historyId: number, version: number): Promise<ComparedVersion | undefined> {
    const row = await this.#database.query((db) =>
      sealedVersions(db, historyId).where('version', '=', version).executeTakeFirst(),
    );
    if (row !== undefined) this.#checks.requireVersions([row]);
    return row && comparedOf(row);
  }

  /** Returns the version that was current at a time; undefined also if it is pruned. */
  async currentAt(historyId: number, atMs: number): Promise<number | undefined> {
    const row = await this.#database.query((db) =>
      sealedVersions(db, historyId)
        .where('since_ms', '<=', atMs)
        .where((eb) => eb.or([eb('until_ms', 'is', null), eb('until_ms', '>', atMs)]))
        .orderBy('version', 'desc')
        .limit(1)
        .executeTakeFirst(),
    );
    if (row !== undefined) this.#checks.requireVersions([row]);
    return row?.version;
  }

  async alias(historyId: number, alias: string): Promise<number | undefined> {
    const following = FOLLOWING.find((one) => one === alias);
    const history = await this.#historyOf(historyId);
    if (following !== undefined) return history?.[`${following}_version`] ?? undefined;
    const row = await this.#database.query((db) =>
      db
        .selectFrom('version_aliases')
        .selectAll()
        .where('history_id', '=', historyId)
        .where('alias', '=', alias)
        .executeTakeFirst(),
    );
    if (history !== undefined && row !== undefined) this.#checks.requireAliases(history, [row]);
    return row?.version;
  }

  async #aliasesOf(historyId: number): Promise<ReadonlyMap<number, readonly string[]>> {
    const found = new Map<number, string[]>();
    const add = (version: number | null | undefined, alias: string): void => {
      if (typeof version === 'number') found.set(version, [...(found.get(version) ?? []), alias]);
    };
    const history = await this.#historyOf(historyId);
    for (const alias of FOLLOWING) add(history?.[`${alias}_version`], alias);
    const rows = await this.#database.query((db) =>
      db
        .selectFrom('version_aliases')
        .selectAll()
        .where('history_id', '=', historyId)
        .orderBy('alias')
        .execute(),
    );
    if (history !== undefined) this.#checks.requireAliases(history, rows);
    for (const { alias, version } of rows) add(version, alias);
    return found;
  }

  async #historyOf(historyId: number): Promise<HistoryRow | undefined> {
    const row = await this.#database.query((db) =>
      db.selectFrom('secret_histories').selectAll().where('id', '=', historyId).executeTakeFirst(),
    );
    if (row !== undefined) this.#checks.requireHistory(row);
    return row;
  }
}

function pageOf(
  db: Kysely<Schema>,
  historyId: number,
  before: number | undefined,
  limit: number,
): Promise<readonly NamedVersionRow[]> {
  const all = sealedVersions(db, historyId);
  return (before === undefined ? all : all.where('version', '<', before))
    .orderBy('version', 'desc')
    .limit(limit)
    .execute();
}

/** Reads in one statement, because the version might be destroyed in between. */
function withPayload(db: Kysely<Schema>, historyId: number, version: number) {
  return sealedVersions(db, historyId)
    .leftJoin('version_payloads', 'version_payloads.id', 'secret_versions.id')
    .select(['key_id', 'wrapped_key', 'ciphertext'])
    .where('version', '=', version)
    .executeTakeFirst();
}

/** Selects versions with everything that their MACs cover. */
function sealedVersions(db: Kysely<Schema>, historyId: number) {
  return db
    .selectFrom('secret_versions')
    .innerJoin('secret_histories', 'secret_histories.id', 'secret_versions.history_id')
    .select(SEALED_COLUMNS.map((column) => `secret_versions.${column}` as const))
    .select('secret_histories.name')
    .where('history_id', '=', historyId);
}
