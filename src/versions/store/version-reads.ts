import type { Kysely } from 'kysely';
import type { Database } from '../../storage/database.js';
import type { Schema } from '../../storage/schema.js';
import type { ComparedVersion } from '../domain/version.js';
import type { StoredVersion, VersionPage } from '../domain/versions.store.js';
import {
  comparedOf,
  type HistoryRow,
  METADATA_COLUMNS,
  metadataOf,
  type MetadataRow,
  payloadOf,
} from './version-rows.js';

const FOLLOWING = ['current', 'previous', 'pending'] as const;

/** Reads the versions of a history, in either dialect. */
export class VersionReads {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Newest first, those below `before`. */
  async list(historyId: number, before: number | undefined, limit: number): Promise<VersionPage> {
    const [rows, aliases] = await Promise.all([
      this.#database.query((db) => pageOf(db, historyId, before, limit + 1)),
      this.#database.query((db) => aliasesOf(db, historyId)),
    ]);
    const page = rows.slice(0, limit);
    return {
      items: page.map((row) => ({ ...metadataOf(row), aliases: aliases.get(row.version) ?? [] })),
      before: rows.length > limit ? page.at(-1)?.version : undefined,
    };
  }

  async get(historyId: number, version: number): Promise<StoredVersion | undefined> {
    const [row, aliases] = await Promise.all([
      this.#database.query((db) => withPayload(db, historyId, version)),
      this.#database.query((db) => aliasesOf(db, historyId)),
    ]);
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
      db
        .selectFrom('secret_versions')
        .select([...METADATA_COLUMNS, 'annotations'])
        .where('history_id', '=', historyId)
        .where('version', '=', version)
        .executeTakeFirst(),
    );
    return row && comparedOf(row);
  }

  /** The version that was current at a time; undefined also where that one is pruned. */
  async currentAt(historyId: number, atMs: number): Promise<number | undefined> {
    const row = await this.#database.query((db) =>
      db
        .selectFrom('secret_versions')
        .select('version')
        .where('history_id', '=', historyId)
        .where('since_ms', '<=', atMs)
        .where((eb) => eb.or([eb('until_ms', 'is', null), eb('until_ms', '>', atMs)]))
        .orderBy('version', 'desc')
        .limit(1)
        .executeTakeFirst(),
    );
    return row?.version;
  }

  async alias(historyId: number, alias: string): Promise<number | undefined> {
    const following = FOLLOWING.find((one) => one === alias);
    return this.#database.query(async (db) => {
      if (following !== undefined) {
        const history = await historyMarks(db, historyId);
        return history?.[`${following}_version`] ?? undefined;
      }
      const row = await db
        .selectFrom('version_aliases')
        .select('version')
        .where('history_id', '=', historyId)
        .where('alias', '=', alias)
        .executeTakeFirst();
      return row?.version;
    });
  }
}

function pageOf(
  db: Kysely<Schema>,
  historyId: number,
  before: number | undefined,
  limit: number,
): Promise<readonly MetadataRow[]> {
  const all = db
    .selectFrom('secret_versions')
    .select(METADATA_COLUMNS)
    .where('history_id', '=', historyId);
  return (before === undefined ? all : all.where('version', '<', before))
    .orderBy('version', 'desc')
    .limit(limit)
    .execute();
}

/** In one statement, lest the version is destroyed in between. */
function withPayload(db: Kysely<Schema>, historyId: number, version: number) {
  return db
    .selectFrom('secret_versions')
    .leftJoin('version_payloads', 'version_payloads.id', 'secret_versions.id')
    .select([...METADATA_COLUMNS, 'key_id', 'wrapped_key', 'ciphertext'])
    .where('history_id', '=', historyId)
    .where('version', '=', version)
    .executeTakeFirst();
}

async function aliasesOf(
  db: Kysely<Schema>,
  historyId: number,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const found = new Map<number, string[]>();
  const add = (version: number | null | undefined, alias: string): void => {
    if (typeof version === 'number') found.set(version, [...(found.get(version) ?? []), alias]);
  };
  const history = await historyMarks(db, historyId);
  for (const alias of FOLLOWING) add(history?.[`${alias}_version`], alias);
  const rows = await db
    .selectFrom('version_aliases')
    .select(['alias', 'version'])
    .where('history_id', '=', historyId)
    .orderBy('alias')
    .execute();
  for (const { alias, version } of rows) add(version, alias);
  return found;
}

function historyMarks(
  db: Kysely<Schema>,
  historyId: number,
): Promise<
  Pick<HistoryRow, 'current_version' | 'previous_version' | 'pending_version'> | undefined
> {
  return db
    .selectFrom('secret_histories')
    .select(['current_version', 'previous_version', 'pending_version'])
    .where('id', '=', historyId)
    .executeTakeFirst();
}
