import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Change } from '../model/object-reader.js';
import { bounds } from './sandbox-bounds.js';
import { fromPath, namespaceRange, pathOf } from './storage-path.js';

interface ChangeRow {
  readonly revision: number;
  readonly path: string;
  readonly type: Change['type'];
  readonly object: string;
  readonly previous: string | null;
}

const FROM_RANGE = 'FROM change WHERE revision > ? AND resource = ? AND path > ? AND path < ?';

/** Facts about a retained change that decide when it is deleted. */
interface Kept {
  readonly revision: number;
  readonly bytes: number;
  readonly atMs: number;
}

/** First change of an object after a revision. */
export interface LaterChange {
  readonly path: string;
  readonly revision: number;
  /** Whether the object existed before. */
  readonly existed: boolean;
}

/** Latest changes, for watches that begin in the past and for paged lists. */
export class ChangeLog {
  readonly #database: DatabaseSync;
  readonly #nowMs: () => number;
  readonly #append: StatementSync;
  readonly #firstAfter: StatementSync;
  readonly #previous: StatementSync;
  readonly #forget: StatementSync;
  /** Retained changes, oldest first; their sizes are cached, so bodies are not read again. */
  readonly #kept: Kept[];
  #appended: Kept | undefined;
  #revision: number;
  #bytes: number;
  #writes = 0;
  #floor: number;

  constructor(database: DatabaseSync, nowMs: () => number) {
    this.#database = database;
    this.#nowMs = nowMs;
    this.#append = database.prepare(
      'INSERT INTO change (revision, resource, path, type, body, previous, at_ms) ' +
        'VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    // https://www.sqlite.org/lang_select.html#bareagg: other columns come from the min(revision)
    // row.
    this.#firstAfter = database.prepare(
      `SELECT path, min(revision) AS revision, previous IS NOT NULL AS existed ${FROM_RANGE} GROUP BY path`,
    );
    this.#previous = database.prepare('SELECT previous FROM change WHERE revision = ?');
    this.#forget = database.prepare('DELETE FROM change WHERE revision <= ?');
    this.#kept = keptIn(database);
    this.#revision = this.#kept.at(-1)?.revision ?? 0;
    this.#floor = (this.#kept[0]?.revision ?? 1) - 1;
    this.#bytes = this.#kept.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Revision of the latest change; the next is greater by one, even after a restart. */
  get revision(): number {
    return this.#revision;
  }

  /** Revision after which all changes are retained. */
  get floor(): number {
    return this.#floor;
  }

  /** Runs in the transaction of the write; call `advance` after the commit. */
  append(change: Change): void {
    const { revision, resource, type, object, previous = null } = change;
    const atMs = this.#nowMs();
    this.#append.run(revision, resource, pathOf(change), type, object, previous, atMs);
    const bytes = Buffer.byteLength(object) + Buffer.byteLength(previous ?? '');
    this.#appended = { revision, bytes, atMs };
  }

  /** Must not fail, since the write is already committed. */
  advance(revision: number): void {
    this.#revision = revision;
    if (this.#appended?.revision !== revision) return;
    this.#kept.push(this.#appended);
    this.#bytes += this.#appended.bytes;
    this.#writes += 1;
  }

  /**
   * Deletes the oldest changes until the others are within every bound. Bytes are checked after
   * each write, number and age periodically. The latest change always stays, since it stores the
   * counter.
   */
  prune(): void {
    const isTime = this.#writes >= bounds.pruneEveryWrites;
    if (!isTime && this.#bytes <= bounds.changesKeptBytesMax) return;
    const oldestMs = this.#nowMs() - bounds.changesKeptMs;
    let bytes = this.#bytes;
    const firstKept = this.#kept.findIndex((change, index) => {
      const left = this.#kept.length - index;
      const isWithin = left <= bounds.changesKeptMax && change.atMs >= oldestMs;
      if (left === 1 || (bytes <= bounds.changesKeptBytesMax && (!isTime || isWithin))) return true;
      bytes -= change.bytes;
      return false;
    });
    if (isTime) this.#writes = 0;
    const last = this.#kept[firstKept - 1];
    if (last === undefined) return;
    this.#forget.run(last.revision);
    this.#kept.splice(0, firstKept);
    this.#bytes = bytes;
    this.#floor = last.revision;
  }

  /**
   * Yields changes of a resource after a revision that is not below the floor, oldest first, at
   * most `limit`. Each may be as large as two objects, so they are read one by one. The caller must
   * not write before it has taken the last change or left the loop.
   */
  *after(revision: number, resource: string, namespace: string, limit = -1): Generator<Change> {
    const [from, to] = namespaceRange(namespace);
    // A separate statement per call, since two iterations may overlap.
    const statement = this.#database.prepare(
      `SELECT revision, path, type, body AS object, previous ${FROM_RANGE} ORDER BY revision LIMIT ?`,
    );
    const rows = statement.iterate(revision, resource, from, to, limit);
    for (const row of rows as Iterable<unknown> as Iterable<ChangeRow>) {
      const { type, object } = row;
      const previous = row.previous ?? undefined;
      yield { ...fromPath(resource, row.path), type, object, previous, revision: row.revision };
    }
  }

  /** Returns the first change after a revision of each changed object, by path. */
  firstAfter(revision: number, resource: string, namespace: string): readonly LaterChange[] {
    const [from, to] = namespaceRange(namespace);
    return this.#firstAfter.all(revision, resource, from, to).map((row) => ({
      path: String(row['path']),
      revision: Number(row['revision']),
      existed: row['existed'] === 1,
    }));
  }

  /** Returns the state before a change. */
  previousOf(revision: number): string | undefined {
    const previous = this.#previous.get(revision)?.['previous'];
    return typeof previous === 'string' ? previous : undefined;
  }
}

function keptIn(database: DatabaseSync): Kept[] {
  const rows = database
    .prepare(
      'SELECT revision, at_ms, octet_length(body) + coalesce(octet_length(previous), 0) AS bytes ' +
        'FROM change ORDER BY revision',
    )
    .all();
  return rows.map((row) => ({
    revision: Number(row['revision']),
    bytes: Number(row['bytes']),
    atMs: Number(row['at_ms']),
  }));
}
