import { Buffer } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { limits } from '../../core/limits.js';
import { AdoptedFile } from '../../platform/storage/adopted-file.js';
import type { Database } from '../../platform/storage/database.js';
import type { AuditLogEntry } from '../../platform/storage/audit-log-entry.js';
import type { AuditEntries, AuditNameTable } from '../../platform/storage/schema.js';
import type { AttachedFile } from '../../platform/storage/sqlite-database.js';
import { isIndexOf, type LogAt } from './domain/is-index-of.js';
import { searchRowOf } from './domain/search-row.js';
import { IndexUnfit, SearchIndexFile } from './search-index-file.js';
import type { RebuildReason, IndexProgress } from './search-index-messages.js';
import type { SearchRow } from './search-schema.js';

export interface SearchIndexerDependencies {
  /** The log's database. */
  readonly database: Database;
  /** The index file, and the memory by which searches know that they may use it. */
  readonly index: AttachedFile;
  readonly onProgress: (progress: IndexProgress) => void;
  /** Receives the reason why the existing file was unusable. */
  readonly onAnew: (reason: RebuildReason) => void;
}

/** Rows that are added in one commit. */
interface Batch {
  readonly rows: readonly SearchRow[];
  readonly names: readonly AuditNameTable[];
  readonly leafHash: Uint8Array | undefined;
  /** The index after the last entry. */
  readonly below: number;
}

/**
 * Indexer that brings the search index up to date with the log, from any state. An index that is
 * damaged, or of another log, is rebuilt. Searches use the index once it has caught up with the
 * log.
 */
export class SearchIndexer {
  readonly #parts: SearchIndexerDependencies;
  readonly #adopted: AdoptedFile;
  #file: SearchIndexFile | undefined;
  #unfit: RebuildReason | undefined;
  #indexedBelow = 0;
  #suspectedAtMs = -Infinity;
  #isSuspected = false;
  /** Down to this entry, the index was compared with the log. */
  #checkedFrom = 0;

  constructor(parts: SearchIndexerDependencies) {
    this.#parts = parts;
    this.#adopted = new AdoptedFile(parts.index.adopted);
  }

  /** Checks the index after a search found the index or the log damaged, at a limited rate. */
  suspect(): void {
    const nowMs = performance.now();
    if (nowMs - this.#suspectedAtMs < limits.auditIndexDamagedMs) return;
    this.#suspectedAtMs = nowMs;
    this.#isSuspected = true;
  }

  /**
   * Returns once the index has everything that the log had at the call, or the signal aborts.
   * Throws StorageError if either cannot be used.
   */
  async catchUp(signal: AbortSignal): Promise<void> {
    try {
      await this.#catchUp(signal);
    } catch (error) {
      this.#release();
      if (error instanceof IndexUnfit) this.#unfit = error.reason;
      await this.#tellSize();
      throw error;
    }
  }

  close(): void {
    this.#release();
  }

  /**
   * Compares the next part of the index with the log, newest entries first, in an endless loop. A
   * part that was changed from outside is rebuilt the next time. Returns whether all of it was
   * compared.
   */
  async checkNext(): Promise<boolean> {
    const file = this.#file;
    if (file === undefined || this.#unfit !== undefined) return true;
    const { indexedBelow, prunedBelow } = file.position;
    const isWithin = this.#checkedFrom > prunedBelow && this.#checkedFrom <= indexedBelow;
    const to = isWithin ? this.#checkedFrom : indexedBelow;
    const from = Math.max(prunedBelow, to - READ_MAX);
    this.#checkedFrom = from;
    const { rows, names } = await this.#read(from, to);
    // Pruning, or another file, may have intervened.
    const isGone = from < (await this.#log(0)).prunedBelow;
    if (isGone || this.#file !== file || file.position.prunedBelow > from) return false;
    try {
      file.demandOurs();
      file.demandEntries({ from, to }, rows, names);
    } catch (error) {
      if (!(error instanceof IndexUnfit)) throw error;
      this.#unfit = error.reason;
    }
    return from === prunedBelow;
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    const file = await this.#fitting();
    const { size, prunedBelow } = await this.#log(0);
    while (file.position.indexedBelow < size) {
      if (signal.aborted) return;
      const { indexedBelow } = file.position;
      const most = Math.min(size, indexedBelow + limits.auditIndexBatchEntriesMax);
      const { rows, names, leafHash, below } = await this.#read(indexedBelow, most);
      file.add(rows, names, { indexedBelow: below, leafHash });
      this.#tell(below, size);
      await nextTurn();
    }
    while (file.position.prunedBelow < prunedBelow) {
      if (signal.aborted) return;
      const step = file.position.prunedBelow + limits.auditIndexReadEntriesMax;
      file.prune(Math.min(prunedBelow, step));
      await nextTurn();
    }
    this.#tell(file.position.indexedBelow, size);
    this.#adopted.adopt(file.identity, file.walIdentity);
  }

  /** Returns the existing file, or a new file if that is unfit. */
  async #fitting(): Promise<SearchIndexFile> {
    const file = this.#opened();
    if (file === undefined) return this.#anew();
    const { indexedBelow } = file.position;
    if (isIndexOf(file.position, await this.#log(indexedBelow - 1))) return file;
    this.#unfit = 'of another log';
    return this.#anew();
  }

  #opened(): SearchIndexFile | undefined {
    if (this.#unfit !== undefined) return undefined;
    try {
      if (this.#file?.isThere === false) throw new IndexUnfit('deleted or replaced');
      this.#file ??= SearchIndexFile.open(this.#parts.index.path);
      if (this.#isSuspected) this.#file.demandSound();
      this.#isSuspected = false;
      return this.#file;
    } catch (error) {
      if (!(error instanceof IndexUnfit)) throw error;
      this.#unfit = error.reason;
      this.#isSuspected = false;
      return undefined;
    }
  }

  async #anew(): Promise<SearchIndexFile> {
    this.#parts.onAnew(this.#unfit ?? 'absent');
    this.#release();
    const { prunedBelow } = await this.#log(0);
    this.#file = SearchIndexFile.make(this.#parts.index.path, prunedBelow);
    this.#unfit = undefined;
    return this.#file;
  }

  #release(): void {
    // First: searches must not use a file that is being deleted.
    this.#adopted.adopt(undefined, undefined);
    this.#file?.close();
    this.#file = undefined;
  }

  #tell(indexedBelow: number, size: number): void {
    this.#indexedBelow = indexedBelow;
    this.#parts.onProgress({ indexedBelow, size });
  }

  /** Reports the size, because the log grows while the index does not. */
  async #tellSize(): Promise<void> {
    const log = await this.#log(0).catch(() => undefined);
    if (log !== undefined) this.#tell(Math.min(this.#indexedBelow, log.size), log.size);
  }

  /** Returns the log's head, and the hash of one entry. */
  async #log(leafIndex: number): Promise<LogAt> {
    const row = await this.#parts.database.query((db) =>
      db
        .selectFrom('audit_head as h')
        .leftJoin('audit_entries as e', (join) => join.on('e.leaf_index', '=', leafIndex))
        .select(['h.size', 'h.pruned_below', 'e.leaf_hash'])
        .executeTakeFirstOrThrow(),
    );
    const { size, pruned_below: prunedBelow, leaf_hash: leafHash } = row;
    return { size, prunedBelow, leafHash: leafHash ?? undefined };
  }

  /** Reads up to `to` at most: anyone can cause large events with many names. */
  async #read(from: number, to: number): Promise<Batch> {
    const rows: SearchRow[] = [];
    const names: AuditNameTable[] = [];
    let leafHash: Uint8Array | undefined;
    let bytes = 0;
    let below = from;
    while (below < to && bytes < BYTES_MAX && names.length < NAMES_MAX) {
      const end = Math.min(to, below + READ_MAX);
      for (const entry of await this.#entries(below, end)) {
        leafHash = entry.leaf_index === end - 1 ? entry.leaf_hash : undefined;
        bytes += entry.event.length;
        const found = searchRowOf({ ...entry, json: Buffer.from(entry.event).toString('utf8') });
        if (found === undefined) continue;
        rows.push(found.row);
        names.push(...found.names);
      }
      below = end;
    }
    return { rows, names: names.toSorted(byName), leafHash, below };
  }

  #entries(from: number, to: number): Promise<readonly StoredRow[]> {
    return this.#parts.database.query((db) =>
      db
        .selectFrom('audit_entries')
        .select(['leaf_index', 'stage', 'call_index', 'source', 'time_ms', 'written_ms'])
        .select(['leaf_hash', 'event'])
        .where('leaf_index', '>=', from)
        .where('leaf_index', '<', to)
        .orderBy('leaf_index')
        .execute(),
    );
  }
}

type StoredRow = Omit<AuditLogEntry, 'mac'> & Pick<AuditEntries, 'time_ms' | 'written_ms'>;

const READ_MAX = limits.auditIndexReadEntriesMax;
const BYTES_MAX = limits.auditIndexBatchBytesMax;
const NAMES_MAX = limits.auditIndexBatchNamesMax;

/** Sorts in the order of the table: neighbours are on one page. */
function byName(one: AuditNameTable, other: AuditNameTable): number {
  if (one.kind !== other.kind) return one.kind < other.kind ? -1 : 1;
  if (one.name !== other.name) return one.name < other.name ? -1 : 1;
  return one.call_index - other.call_index;
}
