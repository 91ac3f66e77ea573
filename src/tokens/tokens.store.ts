import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import { limits } from '../core/limits.js';
import type { Database } from '../storage/database.js';
import { jsonItems, jsonNumbers } from '../storage/json-sql.js';
import type { AccessTokenTable, RevokedTokenTable, Schema } from '../storage/schema.js';
import { namedNamespaces } from './domain/token-rights.js';
import type { TokenFacts, TokenRecord } from './domain/token-record.js';

type Row = Selectable<AccessTokenTable>;
type RevokedRow = Omit<Selectable<RevokedTokenTable>, 'revoked_ms'> & {
  readonly revoked_ms: number | null;
};

const NAMESPACES = sql.ref('access_tokens.namespaces');
const KEPT_COLUMNS = sql`id, description, owner_username, owner_uid, subject, scope, parent_id,
  created_ms, expires_ms`;
const TOLD_COLUMNS = sql`${KEPT_COLUMNS}, last_used_ms`;

/** A token as it is, or was. */
export interface FoundToken {
  readonly record: TokenFacts;
  readonly isRevoked: boolean;
}

/** Which tokens a list may show. */
export type TokenVisibility =
  | { readonly kind: 'all' }
  /** Those of an owner, and those for no other namespaces than these. */
  | {
      readonly kind: 'owner';
      readonly owner: TokenRecord['owner'];
      readonly namespaces: readonly string[];
    }
  /** A token and those that come from it. */
  | { readonly kind: 'token'; readonly id: string };

export interface TokenPosition {
  readonly createdAtMs: number;
  readonly id: string;
}

/** Tokens in the database: hashes, never tokens. */
export class TokensStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(id: string): Promise<TokenRecord | undefined> {
    const row = await this.#database.query((db) =>
      db.selectFrom('access_tokens').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    return row && recordOf(row);
  }

  /** False where the token that it comes from is gone: nothing was kept then. */
  async insert(record: TokenRecord): Promise<boolean> {
    const row = rowOf(record);
    const values = sql.join(Object.values(row));
    const columns = sql.join(Object.keys(row).map((column) => sql.ref(column)));
    const result = await this.#changeFamily((db) =>
      sql`INSERT INTO access_tokens (${columns}) SELECT ${values}
        WHERE CAST(${row.parent_id} AS TEXT) IS NULL
        OR EXISTS (SELECT 1 FROM access_tokens WHERE id = ${row.parent_id})`.execute(db),
    );
    return Number(result.numAffectedRows ?? 0) > 0;
  }

  /** Newest first, those that have not expired. */
  async list(
    visibility: TokenVisibility,
    page: {
      readonly limit: number;
      readonly after?: TokenPosition | undefined;
      readonly nowMs: number;
    },
  ): Promise<readonly TokenRecord[]> {
    const { limit, after, nowMs } = page;
    const behind = after ? sql`(created_ms, id) < (${after.createdAtMs}, ${after.id})` : sql`1 = 1`;
    const { rows } = await this.#database.query((db) =>
      sql<Row>`SELECT * FROM access_tokens
        WHERE expires_ms > ${nowMs} AND ${behind} AND ${visible(this.#database.dialect, visibility)}
        ORDER BY created_ms DESC, id DESC LIMIT ${limit}`.execute(db),
    );
    return rows.map(recordOf);
  }

  /** Namespaces that the scopes of tokens name one by one, at most `max`. */
  async namespaces(max: number): Promise<readonly string[]> {
    const { rows } = await this.#database.query((db) =>
      sql<{ value: string }>`SELECT DISTINCT each.value AS value
        FROM access_tokens, ${jsonItems(this.#database.dialect, NAMESPACES)}
        WHERE access_tokens.namespaces IS NOT NULL LIMIT ${max}`.execute(db),
    );
    return rows.map(({ value }) => value);
  }

  /** How many an owner has, counted up to `max`. */
  async count(owner: TokenRecord['owner'], max: number): Promise<number> {
    const rows = await this.#database.query((db) =>
      db
        .selectFrom('access_tokens')
        .select('id')
        .where('owner_username', '=', owner.username)
        .where('owner_uid', '=', owner.uid)
        .limit(max)
        .execute(),
    );
    return rows.length;
  }

  /** A token, also one that was revoked: in one query, so that each takes the same time. */
  async findOrRevoked(id: string): Promise<FoundToken | undefined> {
    const { rows } = await this.#database.query((db) =>
      sql<RevokedRow>`SELECT ${TOLD_COLUMNS}, NULL AS revoked_ms FROM access_tokens
          WHERE id = ${id}
        UNION ALL SELECT ${TOLD_COLUMNS}, revoked_ms FROM revoked_tokens WHERE id = ${id}
        ORDER BY revoked_ms NULLS FIRST LIMIT 1`.execute(db),
    );
    const [row] = rows;
    return row && { record: toldOf(row), isRevoked: row.revoked_ms !== null };
  }

  /** Whether one token comes from another, or is it; either may be revoked. */
  async comesFrom(id: string, ancestor: string): Promise<boolean> {
    const { rows } = await this.#database.query((db) =>
      sql`WITH RECURSIVE line (id) AS (
        SELECT id FROM (SELECT id FROM access_tokens WHERE id = ${id}
          UNION ALL SELECT id FROM revoked_tokens WHERE id = ${id}) AS own
        UNION SELECT coalesce(
          (SELECT parent_id FROM access_tokens WHERE access_tokens.id = line.id),
          (SELECT parent_id FROM revoked_tokens WHERE revoked_tokens.id = line.id))
        FROM line WHERE line.id IS NOT NULL
      ) SELECT 1 FROM line WHERE id = ${ancestor}`.execute(db),
    );
    return rows.length > 0;
  }

  /** Ends a token and all that come from it, and remembers what they were; returns their ids. */
  async revoke(
    id: string,
    now: { readonly lastUsedAtMs: number | undefined; readonly nowMs: number },
  ): Promise<readonly string[]> {
    // Whatever becomes of this, the token ends: a role may lack the right to the newer table.
    await this.#remember(id, now).catch(() => undefined);
    return this.remove(id);
  }

  /** Deletes a token and all that come from it; returns their ids. */
  async remove(id: string): Promise<readonly string[]> {
    const { rows } = await this.#changeFamily((db) =>
      sql<{ id: string }>`DELETE FROM access_tokens
        WHERE id IN (${family(id)}) RETURNING id`.execute(db),
    );
    return rows.map((row) => row.id);
  }

  /** Writes down when tokens were last used, in one go. */
  async used(uses: ReadonlyMap<string, number>): Promise<void> {
    const json = JSON.stringify(Object.fromEntries(uses));
    await this.#database.query((db) =>
      sql`UPDATE access_tokens SET last_used_ms = each.value
        FROM ${jsonNumbers(this.#database.dialect, sql`${json}`)}
        WHERE access_tokens.id = each.key
        AND coalesce(access_tokens.last_used_ms, 0) < each.value`.execute(db),
    );
  }

  /** Deletes at most `max` that expired before this. */
  async purge(beforeMs: number, max: number): Promise<void> {
    await this.#database.query((db) =>
      sql`DELETE FROM access_tokens WHERE id IN (SELECT id FROM access_tokens
        WHERE expires_ms < ${beforeMs} ORDER BY expires_ms LIMIT ${max})`.execute(db),
    );
    await this.#database.query((db) =>
      sql`DELETE FROM revoked_tokens WHERE id IN (SELECT id FROM revoked_tokens
        WHERE expires_ms < ${beforeMs} ORDER BY expires_ms LIMIT ${max})`.execute(db),
    );
  }

  /** Of an owner the newest, for whoever may mint and revoke all day. */
  async #remember(
    id: string,
    { lastUsedAtMs, nowMs }: { readonly lastUsedAtMs: number | undefined; readonly nowMs: number },
  ): Promise<void> {
    const lastUsed = sql`CASE WHEN id = ${id} THEN CAST(${lastUsedAtMs ?? null} AS BIGINT)
      ELSE last_used_ms END`;
    await this.#database.query((db) =>
      sql`INSERT INTO revoked_tokens (${KEPT_COLUMNS}, last_used_ms, revoked_ms)
        SELECT ${KEPT_COLUMNS}, ${lastUsed}, CAST(${nowMs} AS BIGINT) FROM access_tokens
        WHERE id IN (${family(id)}) ON CONFLICT (id) DO NOTHING`.execute(db),
    );
    const most = limits.ownTokensRevokedPerOwnerMax;
    await this.#database.query((db) =>
      sql`DELETE FROM revoked_tokens WHERE id IN (
        SELECT older.id FROM revoked_tokens AS older
        JOIN revoked_tokens AS own ON own.id = ${id}
          AND older.owner_username = own.owner_username AND older.owner_uid = own.owner_uid
        ORDER BY older.revoked_ms DESC, older.id LIMIT ${most} OFFSET ${most})`.execute(db),
    );
  }

  /**
   * A token that is revoked takes with it those that come from it, and one that is made at the same
   * moment elsewhere is either among them, or finds its parent gone.
   */
  #changeFamily<T>(run: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    if (this.#database.writers === 'one') return this.#database.query(run);
    return this.#database.query((db) =>
      db.transaction().execute(async (transaction) => {
        await sql`LOCK TABLE access_tokens IN SHARE ROW EXCLUSIVE MODE`.execute(transaction);
        return run(transaction);
      }),
    );
  }
}

/** Ids of a token and of all that come from it. */
function family(id: string): RawBuilder<unknown> {
  return sql`WITH RECURSIVE family (id) AS (
    SELECT id FROM access_tokens WHERE id = ${id}
    UNION SELECT child.id FROM access_tokens AS child JOIN family ON child.parent_id = family.id
  ) SELECT id FROM family`;
}

function visible(dialect: Database['dialect'], visibility: TokenVisibility): RawBuilder<unknown> {
  switch (visibility.kind) {
    case 'all':
      return sql`1 = 1`;
    case 'token':
      return sql`id IN (${family(visibility.id)})`;
    default: {
      const { owner, namespaces } = visibility;
      const allowed = JSON.stringify(namespaces);
      return sql`(owner_username = ${owner.username} AND owner_uid = ${owner.uid}
        OR namespaces IS NOT NULL AND NOT EXISTS (
          SELECT 1 FROM ${jsonItems(dialect, NAMESPACES)}
          WHERE each.value NOT IN (SELECT value FROM ${jsonItems(dialect, sql`${allowed}`)})))`;
    }
  }
}

function rowOf(record: TokenRecord) {
  const namespaces = namedNamespaces(record.scope);
  return {
    id: record.id,
    secret_hash: record.secretHash,
    description: record.description,
    owner_username: record.owner.username,
    owner_uid: record.owner.uid,
    subject: JSON.stringify(record.subject),
    acting: JSON.stringify(record.acting),
    scope: JSON.stringify(record.scope),
    namespaces: namespaces === undefined ? null : JSON.stringify(namespaces),
    parent_id: record.parentId ?? null,
    created_ms: record.createdAtMs,
    expires_ms: record.expiresAtMs,
    last_used_ms: record.lastUsedAtMs ?? null,
  } satisfies Record<keyof AccessTokenTable, unknown>;
}

/** The JSON is our own, made from these types. */
function recordOf(row: Row): TokenRecord {
  const acting = JSON.parse(row.acting) as TokenRecord['acting'];
  return { ...toldOf(row), secretHash: row.secret_hash, acting };
}

/** The JSON is our own, made from these types. */
function toldOf(row: Omit<RevokedRow, 'revoked_ms'>): TokenFacts {
  return {
    id: row.id,
    description: row.description,
    owner: { username: row.owner_username, uid: row.owner_uid },
    subject: JSON.parse(row.subject) as TokenRecord['subject'],
    scope: JSON.parse(row.scope) as TokenRecord['scope'],
    parentId: row.parent_id ?? undefined,
    createdAtMs: row.created_ms,
    expiresAtMs: row.expires_ms,
    lastUsedAtMs: row.last_used_ms ?? undefined,
  };
}
