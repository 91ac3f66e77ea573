import { type RawBuilder, sql } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Reads } from '../../platform/storage/reads.js';
import { exists } from './search-sql.js';

/** Entries of the log that one query reads. */
const STRETCH = 100_000;

/** Log at one time. */
export interface LogNow {
  /** The number of entries ever written. */
  readonly size: number;
  /**
   * Call indexes of intents without an outcome, oldest first, at most `limits.auditOpenIntentsMax`;
   * some may have been concluded meanwhile.
   */
  readonly openIntents: readonly number[];
}

/**
 * Intents without an outcome. The log only grows, so each intent is checked until it has an
 * outcome; the first check reads the whole log.
 */
export class OpenIntents {
  readonly #database: Reads;
  #open: readonly number[] = [];
  #looked = 0;
  /** Leaf hash of the last entry that was read: another hash means another log. */
  #mark: string | undefined;
  #look: Promise<LogNow> | undefined;

  constructor(database: Reads) {
    this.#database = database;
  }

  async find(): Promise<LogNow> {
    // A caller during a check gets the result of a check that began after the call.
    await this.#look?.catch(() => undefined);
    this.#look ??= this.#refresh().finally(() => {
      this.#look = undefined;
    });
    return this.#look;
  }

  async #refresh(): Promise<LogNow> {
    const { size, mark } = await this.#head();
    if (size < this.#looked || mark !== this.#mark) {
      this.#open = [];
      this.#looked = 0;
      this.#mark = undefined;
    }
    this.#open = await this.#stillOpen(this.#open);
    while (this.#looked < size && this.#open.length < limits.auditOpenIntentsMax) {
      const below = Math.min(size, this.#looked + STRETCH);
      const [found, last] = await Promise.all([
        this.#calls(sql`i.call_index >= ${this.#looked} AND i.call_index < ${below}`),
        this.#leafHash(below - 1),
      ]);
      this.#open = [...this.#open, ...found];
      this.#mark = last;
      this.#looked = below;
    }
    return { size, openIntents: this.#open };
  }

  /** Returns the size, and the current hash of the last entry that was read. */
  async #head(): Promise<{ readonly size: number; readonly mark: string | undefined }> {
    const row = await this.#database.query((db) =>
      db
        .selectFrom('audit_head as h')
        .leftJoin('audit_entries as e', (join) => join.on('e.leaf_index', '=', this.#looked - 1))
        .select(['h.size', 'e.leaf_hash'])
        .executeTakeFirstOrThrow(),
    );
    return { size: row.size, mark: row.leaf_hash === null ? undefined : toHex(row.leaf_hash) };
  }

  async #stillOpen(indexes: readonly number[]): Promise<readonly number[]> {
    const still: number[] = [];
    for (let start = 0; start < indexes.length; start += limits.listItemsMax) {
      const some = indexes.slice(start, start + limits.listItemsMax);
      still.push(...(await this.#calls(sql`i.call_index IN (${sql.join(some)})`)));
    }
    return still;
  }

  async #calls(where: RawBuilder<unknown>): Promise<readonly number[]> {
    // Worded like the index that lists calls: no entry need be read.
    const outcome = sql`SELECT 1 FROM audit_entries AS o
      WHERE o.call_index = i.call_index AND o.stage NOT IN ('intent', 'joined')`;
    return this.#database.query(async (db) => {
      const { rows } = await sql<{ readonly call_index: number }>`
        SELECT i.call_index FROM audit_entries AS i WHERE i.stage = 'intent' AND ${where}
        AND NOT ${exists(outcome, this.#database.dialect)}
        ORDER BY i.call_index`.execute(db);
      return rows.map(({ call_index }) => call_index);
    });
  }

  async #leafHash(index: number): Promise<string | undefined> {
    const row = await this.#database.query((db) =>
      db
        .selectFrom('audit_entries')
        .select('leaf_hash')
        .where('leaf_index', '=', index)
        .executeTakeFirst(),
    );
    return row && toHex(row.leaf_hash);
  }
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
