import { type Kysely, type RawBuilder, sql } from 'kysely';
import { limits } from '../core/limits.js';
import type { RowIntegrity } from '../encryption/row-integrity.js';
import type { Database } from '../platform/storage/database.js';
import { jsonItems, jsonNumbers } from '../platform/storage/json-sql.js';
import type { Schema } from '../platform/storage/schema.js';
import type { TokenPosition } from './domain/token-cursor.js';
import type { TokenFacts, TokenRecord } from './domain/token-record.js';
import {
  type RevokedTokenRow,
  revokedTokenValues,
  tokenFactsOf,
  tokenRecordOf,
  type TokenRow,
  tokenRowOf,
  tokenValues,
} from './token-row.js';

const NAMESPACES = sql.ref('access_tokens.namespaces');

/** Token as it is, or was. */
export interface FoundToken {
  readonly record: TokenFacts;
  readonly isRevoked: boolean;
}

/** Tokens that a list may include. */
export type TokenVisibility =
  | { readonly kind: 'all' }
  /** Tokens of an owner, and tokens whose namespaces are all among these. */
  | {
      readonly kind: 'owner';
      readonly owner: TokenRecord['owner'];
      readonly namespaces: readonly string[];
    }
  /** Token and its children. */
  | { readonly kind: 'token'; readonly id: string };

export interface TokenPage {
  readonly limit: number;
  readonly after?: TokenPosition | undefined;
  readonly nowMs: number;
}

/**
 * Tokens in the database: hashes, never tokens. A row that no gateway has written counts as absent
 * and is reported.
 */
export class TokensStore {
  readonly #database: Database;
  readonly #integrity: RowIntegrity;

  constructor(database: Database, integrity: RowIntegrity) {
    this.#database = database;
    this.#integrity = integrity;
  }

  async find(id: string): Promise<TokenRecord | undefined> {
    const row = await this.#database.query((db) =>
      db.selectFrom('access_tokens').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    return row && this.#isOurs(row) ? tokenRecordOf(row) : undefined;
  }

  /** Stores a token; false if its parent is deleted: then nothing was stored. */
  async insert(record: TokenRecord): Promise<boolean> {
    const plain = tokenRowOf(record);
    const mac = this.#integrity.macOf('access_tokens', tokenValues(plain));
    const row = { ...plain, mac };
    const values = sql.join(Object.values(row));
    const columns = sql.join(Object.keys(row).map((column) => sql.ref(column)));
    const insert = (db: Kysely<Schema>) =>
      sql`INSERT INTO access_tokens (${columns}) SELECT ${values}
        WHERE CAST(${row.parent_id} AS TEXT) IS NULL
        OR EXISTS (SELECT 1 FROM access_tokens WHERE id = ${row.parent_id})`.execute(db);
    // A token without a parent has no family that could be revoked concurrently.
    const isChild = row.parent_id !== null;
    const result = await (isChild ? this.#changeFamily(insert) : this.#database.query(insert));
    return Number(result.numAffectedRows ?? 0) > 0;
  }

  /**
   * Lists unexpired tokens, the newest first. Foreign rows take no space in a page, up to
   * `limits.ownTokenForeignRoundsMax` pages of nothing else.
   */
  async list(visibility: TokenVisibility, page: TokenPage): Promise<readonly TokenRecord[]> {
    const found: TokenRecord[] = [];
    let { after } = page;
    for (let round = 0; round < limits.ownTokenForeignRoundsMax; round += 1) {
      const wanted = page.limit - found.length;
      const rows = await this.#rows(visibility, { ...page, after, limit: wanted });
      found.push(...rows.filter((row) => this.#isOurs(row)).map(tokenRecordOf));
      const last = rows.at(-1);
      if (last === undefined || rows.length < wanted || found.length >= page.limit) break;
      after = { createdAtMs: last.created_ms, id: last.id };
    }
    return found;
  }

  /** Returns namespaces that the scopes of tokens name individually, at most `max`. */
  async namespaces(max: number): Promise<readonly string[]> {
    const { rows } = await this.#database.query((db) =>
      sql<{ value: string }>`SELECT DISTINCT each.value AS value
        FROM access_tokens, ${jsonItems(this.#database.dialect, NAMESPACES)}
        WHERE access_tokens.namespaces IS NOT NULL LIMIT ${max}`.execute(db),
    );
    return rows.map(({ value }) => value);
  }

  /** Returns the number of an owner's tokens, counted up to `max`. */
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

  /** Finds a token, also a revoked one: queries both tables, so that each takes equal time. */
  async findOrRevoked(id: string): Promise<FoundToken | undefined> {
    const [row, former] = await Promise.all([
      this.#database.query((db) =>
        db.selectFrom('access_tokens').selectAll().where('id', '=', id).executeTakeFirst(),
      ),
      this.#database.query((db) =>
        db.selectFrom('revoked_tokens').selectAll().where('id', '=', id).executeTakeFirst(),
      ),
    ]);
    // A token in both tables is still valid: another revocation ends it.
    if (row && this.#isOurs(row)) return { record: tokenFactsOf(row), isRevoked: false };
    if (former === undefined || !this.#isOursRevoked(former)) return undefined;
    return { record: tokenFactsOf(former), isRevoked: true };
  }

  /** Reports whether a token is, or descends from, another; either may be revoked. */
  async comesFrom(id: string, ancestor: string): Promise<boolean> {
    let at: string | undefined = id;
    for (let steps = 0; steps < limits.ownTokenAncestorsMax; steps += 1) {
      const found: FoundToken | undefined = await this.findOrRevoked(at);
      if (found === undefined) return false;
      if (at === ancestor) return true;
      at = found.record.parentId;
      if (at === undefined) return false;
    }
    return false;
  }

  /** Ends a token and all its children, and stores their facts; returns their ids. */
  async revoke(
    id: string,
    now: { readonly lastUsedAtMs: number | undefined; readonly nowMs: number },
  ): Promise<readonly string[]> {
    // Whatever the outcome, the token ends: a role may lack the right to the newer table.
    await this.#remember(id, now).catch(() => undefined);
    return this.remove(id);
  }

  /** Deletes a token and all its children; returns their ids. */
  async remove(id: string): Promise<readonly string[]> {
    const { rows } = await this.#changeFamily((db) =>
      sql<{ id: string }>`DELETE FROM access_tokens
        WHERE id IN (${family(id)}) RETURNING id`.execute(db),
    );
    return rows.map((row) => row.id);
  }

  /** Stores in one batch when tokens were last used. */
  async used(uses: ReadonlyMap<string, number>): Promise<void> {
    const json = JSON.stringify(Object.fromEntries(uses));
    await this.#database.query((db) =>
      sql`UPDATE access_tokens SET last_used_ms = each.value
        FROM ${jsonNumbers(this.#database.dialect, sql`${json}`)}
        WHERE access_tokens.id = each.key
        AND coalesce(access_tokens.last_used_ms, 0) < each.value`.execute(db),
    );
  }

  /** Deletes at most `max` tokens that expired before `beforeMs`. */
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

  async #rows(visibility: TokenVisibility, page: TokenPage): Promise<readonly TokenRow[]> {
    const { limit, after, nowMs } = page;
    const behind = after ? sql`(created_ms, id) < (${after.createdAtMs}, ${after.id})` : sql`1 = 1`;
    const { rows } = await this.#database.query((db) =>
      sql<TokenRow>`SELECT * FROM access_tokens
        WHERE expires_ms > ${nowMs} AND ${behind} AND ${visible(this.#database.dialect, visibility)}
        ORDER BY created_ms DESC, id DESC LIMIT ${limit}`.execute(db),
    );
    return rows;
  }

  /** Retains the newest of an owner, because an owner may mint and revoke all day. */
  async #remember(
    id: string,
    { lastUsedAtMs, nowMs }: { readonly lastUsedAtMs: number | undefined; readonly nowMs: number },
  ): Promise<void> {
    const { rows } = await this.#database.query((db) =>
      sql<TokenRow>`SELECT * FROM access_tokens WHERE id IN (${family(id)})`.execute(db),
    );
    for (const row of rows.filter((one) => this.#isOurs(one))) {
      const lastUsed = row.id === id ? (lastUsedAtMs ?? null) : row.last_used_ms;
      await this.#keepRevoked({ ...row, last_used_ms: lastUsed, revoked_ms: nowMs });
    }
    const most = limits.ownTokensRevokedPerOwnerMax;
    await this.#database.query((db) =>
      sql`DELETE FROM revoked_tokens WHERE id IN (
        SELECT older.id FROM revoked_tokens AS older
        JOIN revoked_tokens AS own ON own.id = ${id}
          AND older.owner_username = own.owner_username AND older.owner_uid = own.owner_uid
        ORDER BY older.revoked_ms DESC, older.id LIMIT ${most} OFFSET ${most})`.execute(db),
    );
  }

  async #keepRevoked(row: TokenRow & { readonly revoked_ms: number }): Promise<void> {
    const { id, description, owner_username, owner_uid, subject, scope, parent_id } = row;
    const whose = { id, description, owner_username, owner_uid, subject, scope, parent_id };
    const { created_ms, expires_ms, last_used_ms, revoked_ms } = row;
    const plain = { ...whose, created_ms, expires_ms, last_used_ms, revoked_ms };
    const mac = this.#integrity.macOf('revoked_tokens', revokedTokenValues(plain));
    await this.#database.query((db) =>
      db
        .insertInto('revoked_tokens')
        .values({ ...plain, mac })
        .onConflict((on) => on.column('id').doNothing())
        .execute(),
    );
  }

  #isOurs(row: TokenRow): boolean {
    const { id: name, mac } = row;
    return this.#integrity.holds('access_tokens', { name, values: tokenValues(row), mac });
  }

  #isOursRevoked(row: RevokedTokenRow): boolean {
    const { id: name, mac } = row;
    return this.#integrity.holds('revoked_tokens', { name, values: revokedTokenValues(row), mac });
  }

  /**
   * Changes a family of tokens: revoking a token also revokes its children. A child that another
   * process creates concurrently is either among them, or finds no parent.
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

/** Returns ids of a token and of all its descendants. */
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
