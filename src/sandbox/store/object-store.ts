import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type KubeObject } from '../model/kube-object.js';
import type { Change, ObjectPath, ObjectReader } from '../model/object-reader.js';
import { ChangeLog } from './change-log.js';
import { parseObject, serialiseObject } from './object-text.js';
import { locationOf, namespaceRange, pathOf } from './storage-path.js';

/** One stored object as text, without having been parsed. */
export interface StoredText {
  /** `NAMESPACE/NAME` or `NAME`: what lists are ordered by, as in etcd. */
  readonly path: string;
  readonly text: string;
  readonly revision: number;
}

export interface ListRange {
  readonly resource: string;
  /** Empty: of every namespace. */
  readonly namespace: string;
  /** Paths up to and including this one are left out. */
  readonly after?: string;
  readonly limit?: number;
}

/**
 * Objects with one revision counter over all of them, as etcd has it. Single writer, synchronous:
 * nothing comes between a read and the write that depends on it. A write is committed when it
 * returns, then its listeners are told.
 */
export class ObjectStore implements ObjectReader {
  readonly changes: ChangeLog;
  readonly #database: DatabaseSync;
  readonly #listeners: ((change: Change) => void)[] = [];
  readonly #select: StatementSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #range: StatementSync;
  readonly #count: StatementSync;

  constructor(database: DatabaseSync, nowMs: () => number) {
    this.#database = database;
    this.changes = new ChangeLog(database, nowMs);
    this.#select = database.prepare('SELECT body FROM object WHERE resource = ? AND path = ?');
    this.#put = database.prepare(
      'INSERT INTO object (resource, path, revision, body) VALUES (?, ?, ?, ?) ' +
        'ON CONFLICT (resource, path) DO UPDATE SET revision = excluded.revision, body = excluded.body',
    );
    this.#remove = database.prepare('DELETE FROM object WHERE resource = ? AND path = ?');
    const range = 'FROM object WHERE resource = ? AND path > ? AND path < ?';
    this.#range = database.prepare(
      `SELECT path, body AS text, revision ${range} ORDER BY path LIMIT ?`,
    );
    this.#count = database.prepare(`SELECT count(*) AS total ${range}`);
  }

  get revision(): number {
    return this.changes.revision;
  }

  /** The object as JSON text; undefined where there is none. */
  text(path: ObjectPath): string | undefined {
    const row = this.#select.get(path.resource, pathOf(path));
    return row === undefined ? undefined : String(row['body']);
  }

  get(path: ObjectPath): KubeObject | undefined {
    const text = this.text(path);
    return text === undefined ? undefined : parseObject(text);
  }

  all(resource: string, namespace = ''): readonly KubeObject[] {
    return this.list({ resource, namespace }).map(({ text }) => parseObject(text));
  }

  /** In order of paths; at most `limit`, all of them without one. */
  list({ resource, namespace, after, limit = -1 }: ListRange): readonly StoredText[] {
    const [from, to] = namespaceRange(namespace);
    const rows = this.#range.all(resource, after ?? from, to, limit);
    return rows as unknown as readonly StoredText[];
  }

  count({ resource, namespace, after }: ListRange): number {
    const [from, to] = namespaceRange(namespace);
    return Number(this.#count.get(resource, after ?? from, to)?.['total']);
  }

  /** Stores a new object or the next state of one; returns it with its new resourceVersion. */
  put(path: ObjectPath, object: KubeObject): KubeObject {
    const previous = this.text(path);
    const revision = this.revision + 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: `${revision}` } };
    const text = serialiseObject(stored);
    const type = previous === undefined ? 'ADDED' : 'MODIFIED';
    this.#commit({ ...locationOf(path), type, revision, object: text, previous }, () => {
      this.#put.run(path.resource, pathOf(path), revision, text);
    });
    return parseObject(text);
  }

  /** Removes an object; returns its last state with the resourceVersion of the deletion. */
  delete(path: ObjectPath, last: KubeObject): KubeObject {
    const previous = this.text(path);
    const revision = this.revision + 1;
    const gone = { ...last, metadata: { ...last.metadata, resourceVersion: `${revision}` } };
    const text = serialiseObject(gone);
    this.#commit({ ...locationOf(path), type: 'DELETED', revision, object: text, previous }, () => {
      this.#remove.run(path.resource, pathOf(path));
    });
    return parseObject(text);
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    this.#database.close();
  }

  #commit(change: Change, write: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      write();
      this.changes.append(change);
      this.#database.exec('COMMIT');
    } catch (error) {
      // A full disk has ended the transaction already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
    this.changes.advance(change.revision);
    for (const listener of this.#listeners) listener(change);
  }
}
