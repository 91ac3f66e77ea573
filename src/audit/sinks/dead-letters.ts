import { limits } from '../../core/limits.js';
import type { Database } from '../../platform/storage/database.js';
import { type SinkEntry, withinBytes } from './domain/sink-entry.js';

/** Entries that one sink did not accept, each still in the log. */
export class DeadLetters {
  readonly #database: Database;
  readonly #sink: string;

  constructor(database: Database, sink: string) {
    this.#database = database;
    this.#sink = sink;
  }

  async count(): Promise<number> {
    const { count } = await this.#database.query((db) =>
      db
        .selectFrom('audit_dead_letters')
        .select((eb) => eb.fn.countAll().as('count'))
        .where('sink', '=', this.#sink)
        .executeTakeFirstOrThrow(),
    );
    return Number(count);
  }

  /** Returns the next batch from a leaf index on, in the order of the log. */
  async from(leafIndex: number): Promise<readonly SinkEntry[]> {
    const rows = await this.#database.query((db) =>
      db
        .selectFrom('audit_dead_letters as d')
        .innerJoin('audit_entries as e', 'e.leaf_index', 'd.leaf_index')
        .select(['d.leaf_index', 'e.event'])
        .where('d.sink', '=', this.#sink)
        .where('d.leaf_index', '>=', leafIndex)
        .orderBy('d.leaf_index')
        .limit(limits.auditSinkBatchEventsMax)
        .execute(),
    );
    const entries = rows.map(({ leaf_index, event }) => ({ leafIndex: leaf_index, event }));
    return withinBytes(entries, limits.auditSinkBatchBytesMax);
  }

  /** Removes entries that were accepted after all. */
  async remove(entries: readonly SinkEntry[]): Promise<void> {
    await this.#database.query((db) =>
      db
        .deleteFrom('audit_dead_letters')
        .where('sink', '=', this.#sink)
        .where(
          'leaf_index',
          'in',
          entries.map(({ leafIndex }) => leafIndex),
        )
        .execute(),
    );
  }
}
