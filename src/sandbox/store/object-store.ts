import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type KubeObject } from '../model/kube-object.js';
import type { Change, ObjectPath, ObjectReader } from '../model/object-reader.js';
import { ChangeLog } from './change-log.js';
import { refuseTooLarge } from './etcd-size.js';
import { parseObject, serialiseObject } from './object-text.js';
import { locationOf, namespaceRange, pathOf } from './storage-path.js';
import { StoredBytes } from './stored-bytes.js';

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

/** `system`: what the sandbox itself has to write, also where clients have filled the store. */
export type Writer = 'client' | 'system';

const FROM_RANGE = 'FROM object WHERE resource = ? AND path > ? AND path < ?';
const SELECT_ROWS = `SELECT path, body AS text, revision ${FROM_RANGE}`;

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
  readonly #exists: StatementSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #range: StatementSync;
  readonly #paths: StatementSync;
  readonly #count: StatementSync;
  readonly #onFault: (error: unknown) => void;
  readonly #bytes: StoredBytes;

  /** `onFault` hears of errors that come after a write was committed. */
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

  /**
   * The same one after the other, so that no more than one is in memory. Nothing may be written
   * before the last one is taken or the loop is left.
   */
  *rows({ resource, namespace, after, limit = -1 }: ListRange): Generator<StoredText> {
    const [from, to] = namespaceRange(namespace);
    // A statement of its own: two may run at once.
    const statement = this.#database.prepare(`${SELECT_ROWS} ORDER BY path LIMIT ?`);
    const rows = statement.iterate(resource, after ?? from, to, limit);
    for (const row of rows) yield row as unknown as StoredText;
  }

  /** Those whose text contains one of the marks; the others are not even read into memory. */
  *rowsWith(resource: string, marks: readonly string[]): Generator<StoredText> {
    const [from, to] = namespaceRange('');
    const tests = marks.map(() => 'instr(body, ?)').join(' OR ');
    const statement = this.#database.prepare(`${SELECT_ROWS} AND (${tests}) ORDER BY path`);
    const rows = statement.iterate(resource, from, to, ...marks);
    for (const row of rows) yield row as unknown as StoredText;
  }

  /** Paths alone, in order. */
  paths({ resource, namespace, after, limit = -1 }: ListRange): readonly string[] {
    const [from, to] = namespaceRange(namespace);
    const rows = this.#paths.all(resource, after ?? from, to, limit);
    return rows.map((row) => String(row['path']));
  }

  /** Every resource that has objects. */
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
   * Stores a new object or the next state of one; returns it with its new resourceVersion. Throws
   * 500 for an object that is too large for etcd and 507 where too much is stored already.
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
      // A full disk has ended the transaction already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
    // From here on the write is a fact: whatever fails, everybody is told of it.
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
