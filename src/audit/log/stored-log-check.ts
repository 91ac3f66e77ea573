import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../../core/limits.js';
import type { AuditNameTable } from '../../platform/storage/schema.js';
import type { RowMac } from '../../encryption/domain/row-mac.js';
import { firstWithMac, isAppended, writtenEntry } from '../domain/entry-mac.js';
import { entryFault, expectedSearch, foundBy, searchFault } from '../domain/entry-fault.js';
import { firstDifference, hashAt, rootWithin } from './domain/tile-hashes.js';
import { TILE_WIDTH } from './domain/tile-path.js';
import { sameHash } from './domain/tree-hash.js';
import { LogDamaged } from './log-damaged.js';
import { type LogStore, missing } from './log-store.js';
import type { StoredLogReads } from './stored-log-reads.js';

export interface StoredLogCheckDependencies {
  readonly store: Pick<LogStore, 'head' | 'lastCheckpoint' | 'tile' | 'macMark'>;
  readonly reads: StoredLogReads;
  /** Distinguishes entries that a gateway has appended unchanged from others. */
  readonly mac: RowMac;
  /** Reports the first deviation from what was signed: nothing may be signed over it. */
  readonly onDamage: (sentence: string) => void;
  readonly onAlarm: (message: string) => void;
  readonly everyMs?: number;
}

/**
 * Repeated check of the signed part of the stored log: each entry against its leaf hash and its
 * tile, each tile against the tile above. The topmost part was compared with the signature when the
 * last checkpoint was created.
 */
export class StoredLogCheck {
  readonly #parts: StoredLogCheckDependencies;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #isMisplacedTold = false;

  constructor(parts: StoredLogCheckDependencies) {
    this.#parts = parts;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Checks it once, newest entries first; throws LogDamaged, or as the database does. */
  async pass(): Promise<void> {
    const { store, reads } = this.#parts;
    const signed = Math.min((await store.lastCheckpoint())?.size ?? 0, (await store.head()).size);
    // The tree grows meanwhile: later signed parts are not a surplus.
    const surplus = await reads.surplus(Math.max(signed, (await store.head()).size));
    if (surplus !== undefined) throw new LogDamaged(surplus);
    const macsFrom = await this.#macsFrom();
    for (let bundle = Math.ceil(signed / TILE_WIDTH) - 1; bundle >= 0; bundle -= 1) {
      const first = bundle * TILE_WIDTH;
      if (first < (await store.head()).prunedBelow) return;
      const startedAt = performance.now();
      await this.#checkBundle(bundle, Math.min(TILE_WIDTH, signed - first), macsFrom);
      const tookMs = performance.now() - startedAt;
      await this.#pause(Math.max(limits.auditCheckPauseMs, limits.checkRestFactor * tookMs));
      if (this.#stopping.signal.aborted) return;
    }
  }

  async #macsFrom(): Promise<number> {
    const { store, mac } = this.#parts;
    const { prunedBelow } = await store.head();
    const macsFrom = firstWithMac(mac, await store.macMark(), prunedBelow);
    if (macsFrom === undefined) throw changed('the mark', 'macs_from');
    return macsFrom;
  }

  async #checkBundle(bundle: number, width: number, macsFrom: number): Promise<void> {
    const { store, reads, mac } = this.#parts;
    const first = bundle * TILE_WIDTH;
    const entries = await reads.wholeEntries(first, first + width);
    const names: AuditNameTable[] = [];
    for (let at = 0; at < width; at += 1) {
      const entry = entries[at];
      if (entry?.leaf_index !== first + at) {
        // Pruning may have advanced meanwhile.
        if ((await store.head()).prunedBelow > first) return;
        throw missing(first + at);
      }
      const fault = entryFault(entry);
      if (fault !== undefined) throw changed(`entry ${first + at}`, fault);
      if (!isAppended(mac, writtenEntry(entry), macsFrom)) {
        this.#tellMisplaced(first + at, 'stage, call or source');
      }
      const expected = expectedSearch(entry);
      const column = searchFault(entry, expected);
      if (column !== undefined) this.#tellMisplaced(first + at, column);
      if (expected !== undefined) names.push(...foundBy(expected));
    }
    await this.#checkNames(first, names);
    if (width < TILE_WIDTH) return;
    const leaves = Buffer.concat(entries.map((entry) => entry.leaf_hash));
    await this.#checkTile(bundle, leaves);
  }

  /**
   * Reports a wrong column: the event is as signed, and proves itself; only searches are misled.
   */
  #tellMisplaced(leafIndex: number, column: string): void {
    if (this.#isMisplacedTold) return;
    this.#isMisplacedTold = true;
    this.#parts.onAlarm(
      `searches of the audit log are misled: entry ${leafIndex} has another ${column} than a ` +
        'gateway has written; an export is not',
    );
  }

  async #checkNames(first: number, names: readonly AuditNameTable[]): Promise<void> {
    if ((await this.#parts.reads.namesFound(names)) === names.length) return;
    // Pruning deletes them before the entries.
    if ((await this.#parts.store.head()).prunedBelow > first) return;
    this.#tellMisplaced(first, 'list of names');
  }

  async #checkTile(bundle: number, leaves: Uint8Array): Promise<void> {
    const { store } = this.#parts;
    let tile = await store.tile(0, bundle);
    if (tile === undefined) throw changed(`tile 0/${bundle}`, 'it is missing');
    const at = firstDifference(tile, leaves);
    if (at !== undefined) throw changed(`entry ${bundle * TILE_WIDTH + at}`, 'leaf_hash');
    for (let level = 1, index = bundle; ; level += 1) {
      const place = index % TILE_WIDTH;
      index = Math.floor(index / TILE_WIDTH);
      const above = await store.tile(level, index);
      // Not full yet: it is computed from these roots whenever it is needed.
      if (above === undefined) return;
      if (!sameHash(rootWithin(tile), hashAt(above, place))) {
        throw changed(`tile ${level}/${index}`, 'hashes');
      }
      // The path up is shared by all tiles below: only one of them continues.
      if (place !== 0) return;
      tile = above;
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.pass().catch((error: unknown) => {
        // The check of the audit log covers whether the database responds at all.
        if (error instanceof LogDamaged) this.#parts.onDamage(error.message);
      });
      await this.#pause(this.#parts.everyMs ?? limits.auditCheckEveryMs);
    }
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stopping;
    await pause(ms, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

function changed(what: string, how: string): LogDamaged {
  return new LogDamaged(`${what} of the audit log was changed (${how})`);
}
