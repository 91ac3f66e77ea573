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

/** The latest changes, for watches that begin in the past and for lists in pieces. */
export class ChangeLog {
  readonly #database: DatabaseSync;
  readonly #nowMs: () => number;
  readonly #append: StatementSync;
  readonly #after: StatementSync;
  readonly #totals: StatementSync;
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
    this.#after = database.prepare(
      'SELECT revision, path, type, body AS object, previous FROM change ' +
        'WHERE revision > ? AND resource = ? AND path > ? AND path < ? ORDER BY revision',
    );
    this.#totals = database.prepare(
      'SELECT coalesce(max(revision), 0) AS revision, coalesce(min(revision), 1) AS oldest, ' +
        'coalesce(sum(length(body) + coalesce(length(previous), 0)), 0) AS bytes FROM change',
    );
    const totals = this.#read();
    this.#revision = totals.revision;
    this.#floor = totals.oldest - 1;
    this.#bytes = totals.bytes;
  }

  /** That of the latest change; the next one is greater by one, also after a restart. */
  get revision(): number {
    return this.#revision;
  }

  /** Changes after this revision are all kept. */
  get floor(): number {
    return this.#floor;
  }

  /** Runs in the transaction of the write; `advance` follows once that is committed. */
  append(change: Change): void {
    const { revision, resource, type, object, previous = null } = change;
    const path = pathOf(change);
    this.#append.run(revision, resource, path, type, object, previous, this.#nowMs());
    this.#bytes += object.length + (previous?.length ?? 0);
  }

  advance(revision: number): void {
    this.#revision = revision;
    this.#writes += 1;
    const isLarge = this.#bytes > bounds.changesKeptBytesMax;
    if (this.#writes % bounds.pruneEveryWrites === 0 || isLarge) this.#prune(isLarge);
  }

  /** Changes of a resource after a revision that is not below the floor, oldest first. */
  after(revision: number, resource: string, namespace: string): readonly Change[] {
    const [from, to] = namespaceRange(namespace);
    const rows = this.#after.all(revision, resource, from, to) as unknown as readonly ChangeRow[];
    return rows.map(({ path, type, object, previous, ...row }) => ({
      ...fromPath(resource, path),
      type,
      object,
      previous: previous ?? undefined,
      revision: row.revision,
    }));
  }

  /** The latest change always stays: it holds the counter. */
  #prune(isLarge: boolean): void {
    const count = isLarge ? bounds.changesKeptMax / 20 : bounds.changesKeptMax;
    this.#database
      .prepare('DELETE FROM change WHERE revision < ? AND (revision <= ? OR at_ms < ?)')
      .run(this.#revision, this.#revision - count, this.#nowMs() - bounds.changesKeptMs);
    const totals = this.#read();
    this.#floor = totals.oldest - 1;
    this.#bytes = totals.bytes;
  }

  #read(): { readonly revision: number; readonly oldest: number; readonly bytes: number } {
    const row = this.#totals.get() ?? {};
    const [revision, oldest, bytes] = [row['revision'], row['oldest'], row['bytes']].map(Number);
    return { revision: revision ?? 0, oldest: oldest ?? 1, bytes: bytes ?? 0 };
  }
}
