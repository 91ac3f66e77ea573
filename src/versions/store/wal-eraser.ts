import { sql } from 'kysely';
import { limits } from '../../core/limits.js';
import type { Database } from '../../platform/storage/database.js';
import type { WriteObserver } from './sql-version-writes.js';

/**
 * Truncates SQLite's write-ahead log after a deletion. The file overwrites deleted data, but the
 * log would retain it until its space is reused. Readers of an older state delay the truncation; it
 * is tried again.
 * https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
 */
export class WalEraser implements WriteObserver {
  readonly #database: Database;
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  async onErased(isAtOnce: boolean): Promise<void> {
    if (!isAtOnce || !(await this.#erase())) this.eraseSoon();
  }

  /** Erases soon: several deletions in sequence share a checkpoint. */
  eraseSoon(): void {
    this.#timer ??= setTimeout(() => void this.#tryAgain(), limits.versionEraseEveryMs).unref();
  }

  /** Makes a last attempt; the next start erases what it leaves. */
  async close(): Promise<void> {
    const isOwed = this.#timer !== undefined;
    clearTimeout(this.#timer);
    if (isOwed) await this.#erase();
  }

  async #tryAgain(): Promise<void> {
    this.#timer = undefined;
    if (!(await this.#erase())) this.eraseSoon();
  }

  /** Reports whether the log is empty. Most of it is copied first without holding up who writes. */
  async #erase(): Promise<boolean> {
    try {
      return await this.#database.query((db) =>
        db.connection().execute(async (connection) => {
          await sql`PRAGMA wal_checkpoint(PASSIVE)`.execute(connection);
          const before = await sql<{ timeout: number }>`PRAGMA busy_timeout`.execute(connection);
          await sql`PRAGMA busy_timeout = ${sql.lit(limits.versionEraseBusyMsMax)}`.execute(
            connection,
          );
          try {
            const result = await sql<{ busy: number }>`PRAGMA wal_checkpoint(TRUNCATE)`.execute(
              connection,
            );
            return result.rows[0]?.busy === 0;
          } finally {
            const timeoutMs = Number(before.rows[0]?.timeout ?? 0);
            await sql`PRAGMA busy_timeout = ${sql.lit(timeoutMs)}`.execute(connection);
          }
        }),
      );
    } catch {
      // The file is absent or busy: meanwhile, nothing can be erased.
      return false;
    }
  }
}
