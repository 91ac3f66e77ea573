import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type KubeObject } from '../model/kube-object.js';
import type { Change, ObjectPath, ObjectReader } from '../model/object-reader.js';
import { ChangeLog } from './change-log.js';
import { refuseTooLarge } from './etcd-size.js';
import { parseObject, serialiseObject } from './object-text.js';
import { locationOf, namespaceRange, pathOf } from './storage-path.js';
import { StoredBytes } from './stored-bytes.js';

/** Stored object as unparsed text. */
export interface StoredText {
  /** `NAMESPACE/NAME` or `NAME`: the order of lists, as in etcd. */
  readonly path: string;
  readonly text: string;
  readonly revision: number;
}

export interface ListRange {
  readonly resource: string;
  /** Empty: every namespace. */
  readonly namespace: string;
  /** Exclusive lower bound of the paths. */
  readonly after?: string;
  readonly limit?: number;
}

/** `system`: a write of the sandbox itself, which works even if clients have filled the store. */
export type Writer = 'client' | 'system';

const FROM_RANGE = 'FROM object WHERE resource = ? AND path > ? AND path < ?';
const SELECT_ROWS = `SELECT path, body AS text, revision ${FROM_RANGE}`;

/**
 * Store of objects with one revision counter for all of them, as in etcd. The store has a single
 * writer and is synchronous: nothing happens between a read and a write that depends on it. `put`
 * and `delete` first commit and then notify listeners.
 */
export class ObjectStore implements ObjectReader {
  readonly changes: ChangeLog;
  readonly #database: DatabaseSync;
  readonly #listeners: ((change: Change) => void)[] = [];
  readonly #select: StatementSync;
  readonly #exists: StatementSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #range: StatementSync;
  readonly #paths: StatementSync;
  readonly #count: StatementSync;
  readonly #onFault: (error: unknown) => void;
  readonly #bytes: StoredBytes;

  /** `onFault` receives errors that occur after a write was committed. */
  constructor(
    database: DatabaseSync,
    nowMs: () => number,
    onFault: (error: unknown) => void = () => undefined,
  ) {
    this.#database = database;
    this.#onFault = onFault;
    this.changes = new ChangeLog(database, nowMs);
    this.#bytes = new StoredBytes(database);
    this.#select = database.prepare('SELECT body FROM object WHERE resource = ? AND path = ?');
    this.#exists = database.prepare('SELECT 1 FROM object WHERE resource = ? AND path = ?');
    this.#put = database.prepare(
      'INSERT INTO object (resource, path, revision, body) VALUES (?, ?, ?, ?) ' +
        'ON CONFLICT (resource, path) DO UPDATE SET revision = excluded.revision, body = excluded.body',
    );
    this.#remove = database.prepare('DELETE FROM object WHERE resource = ? AND path = ?');
    this.#range = database.prepare(`${SELECT_ROWS} ORDER BY path LIMIT ?`);
    this.#paths = database.prepare(`SELECT path ${FROM_RANGE} ORDER BY path LIMIT ?`);
    this.#count = database.prepare(`SELECT count(*) AS total ${FROM_RANGE}`);
  }

  get revision(): number {
    return this.changes.revision;
  }

  /** Returns the object as JSON text, or undefined if it does not exist. */
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

  /** Returns objects in order of paths, at most `limit` if given. */
  list({ resource, namespace, after, limit = -1 }: ListRange): readonly StoredText[] {
    const [from, to] = namespaceRange(namespace);
    const rows = this.#range.all(resource, after ?? from, to, limit);
    return rows as unknown as readonly StoredText[];
  }

  /**
   * Yields objects one by one, so that only one is in memory. The caller must not write before it
   * has taken the last object or left the loop.
   */
  *rows({ resource, namespace, after, limit = -1 }: ListRange): Generator<StoredText> {
    const [from, to] = namespaceRange(namespace);
    // A separate statement per call, since two iterations may overlap.
    const statement = this.#database.prepare(`${SELECT_ROWS} ORDER BY path LIMIT ?`);
    const rows = statement.iterate(resource, after ?? from, to, limit);
    for (const row of rows) yield row as unknown as StoredText;
  }

  /** Yields objects whose text contains one of the marks; SQLite filters out the others. */
  *rowsWith(resource: string, marks: readonly string[]): Generator<StoredText> {
    const [from, to] = namespaceRange('');
    const tests = marks.map(() => 'instr(body, ?)').join(' OR ');
    const statement = this.#database.prepare(`${SELECT_ROWS} AND (${tests}) ORDER BY path`);
    const rows = statement.iterate(resource, from, to, ...marks);
    for (const row of rows) yield row as unknown as StoredText;
  }

  /** Returns only the paths, in order. */
  paths({ resource, namespace, after, limit = -1 }: ListRange): readonly string[] {
    const [from, to] = namespaceRange(namespace);
    const rows = this.#paths.all(resource, after ?? from, to, limit);
    return rows.map((row) => String(row['path']));
  }

  /** Returns every resource that has objects. */
  resources(): readonly string[] {
    const next = this.#database.prepare(
      'SELECT min(resource) AS next FROM object WHERE resource > ?',
    );
    const found: string[] = [];
    for (let last: unknown = ''; typeof last === 'string';) {
      last = next.get(last)?.['next'];
      if (typeof last === 'string') found.push(last);
    }
    return found;
  }

  has(path: ObjectPath): boolean {
    return this.#exists.get(path.resource, pathOf(path)) !== undefined;
  }

  count({ resource, namespace, after }: ListRange): number {
    const [from, to] = namespaceRange(namespace);
    return Number(this.#count.get(resource, after ?? from, to)?.['total']);
  }

  /**
   * Stores a new object or the next state of an object; returns it with its new resourceVersion.
   * Throws 500 for an object that is too large for etcd, and 507 if the store is full.
   */
  put(path: ObjectPath, object: KubeObject, writer: Writer = 'client'): KubeObject {
    const previous = this.text(path);
    const revision = this.revision + 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: `${revision}` } };
    const text = serialiseObject(stored);
    const bytes = Buffer.byteLength(text);
    const growth = bytes - Buffer.byteLength(previous ?? '');
    if (writer === 'client') {
      refuseTooLarge(stored, bytes);
      this.#bytes.refuseExcess(path.resource, growth);
    }
    const type = previous === undefined ? 'ADDED' : 'MODIFIED';
    const change: Change = { ...locationOf(path), type, revision, object: text, previous };
    this.#commit(change, growth, () => {
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
    const change: Change = {
      ...locationOf(path),
      type: 'DELETED',
      revision,
      object: text,
      previous,
    };
    this.#commit(change, -Buffer.byteLength(previous ?? ''), () => {
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

  #commit(change: Change, growth: number, write: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      write();
      this.changes.append(change);
      this.#database.exec('COMMIT');
    } catch (error) {
      // A full disk has already ended the transaction.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
    // The write is committed now: listeners must be notified even if something fails.
    this.changes.advance(change.revision);
    this.#bytes.add(change.resource, growth);
    for (const listener of this.#listeners) this.#attempt(() => listener(change));
    this.#attempt(() => this.changes.prune());
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#onFault(error);
    }
  }
}
