import { limits } from '../core/limits.js';
import type { Database } from '../platform/storage/database.js';

/** Token, and its parent. */
export interface LiveToken {
  readonly id: string;
  readonly parentId: string | undefined;
}

/** Existing tokens, for the comparison with the trail. Throws StorageError. */
export class LiveTokens {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Returns unexpired tokens, by id; `limits.rowsCheckedAtOnceMax` of them. */
  async next(after: string, nowMs: number): Promise<readonly LiveToken[]> {
    const rows = await this.#database.query(
      (db) =>
        db
          .selectFrom('access_tokens')
          .select(['id', 'parent_id'])
          .where('id', '>', after)
          .where('expires_ms', '>', nowMs)
          .orderBy('id')
          .limit(limits.rowsCheckedAtOnceMax)
          .execute(),
      'work',
    );
    return rows.map((row) => ({ id: row.id, parentId: row.parent_id ?? undefined }));
  }

  /** Returns the ids without a token. */
  async absent(ids: readonly string[]): Promise<readonly string[]> {
    if (ids.length === 0) return [];
    const rows = await this.#database.query(
      (db) => db.selectFrom('access_tokens').select('id').where('id', 'in', ids).execute(),
      'work',
    );
    const there = new Set(rows.map(({ id }) => id));
    return ids.filter((id) => !there.has(id));
  }
}
