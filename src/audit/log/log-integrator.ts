import { setImmediate as nextTurn } from 'node:timers/promises';
import { limits } from '../../core/limits.js';
import { leafHash } from '../domain/leaf-hash.js';
import { openCheckpoint, signCheckpoint } from './domain/checkpoint.js';
import { ENTRY_BYTES_MAX } from './domain/entry-bundle.js';
import type { LogKeys } from './domain/log-keys.js';
import { sameHash } from './domain/tree-hash.js';
import { TreeGrowth } from './domain/tree-growth.js';
import { LogDamaged } from './log-damaged.js';
import { type LogStore, type StoredCheckpoint, missing } from './log-store.js';
import type { TileReader } from './tile-reader.js';

export interface IntegratorParts {
  readonly store: LogStore;
  readonly tiles: TileReader;
  /** The keys as they are now. */
  readonly keys: () => LogKeys;
  readonly nowMs: () => number;
}

/**
 * Takes sequenced entries into the tree and signs it. What is signed is computed from the bytes in
 * the database, not from memory, and goes on from the tree that was signed last.
 */
export class LogIntegrator {
  readonly #parts: IntegratorParts;

  constructor(parts: IntegratorParts) {
    this.#parts = parts;
  }

  /**
   * Publishes until all entries are in a checkpoint, and returns that. Throws LogDamaged, and has
   * signed nothing, where the database does not hold what was signed before.
   */
  async publish(): Promise<StoredCheckpoint> {
    const { store } = this.#parts;
    for (;;) {
      const { size, prunedBelow } = await store.head();
      const last = await store.lastCheckpoint();
      const signed = last?.size ?? 0;
      if (size < signed) {
        throw new LogDamaged(`the audit log has ${size} entries, but ${signed} were signed`);
      }
      if (prunedBelow > signed) throw new LogDamaged('entries are gone that were never signed');
      const growth = await this.#resume(last);
      if (last !== undefined && size === signed) return last;
      const to = Math.min(size, signed + limits.auditIntegratedMax);
      await this.#integrate(growth, to);
      const checkpoint = this.#sign(growth);
      const tiles = growth.takeFilled();
      await store.publish({ tiles, checkpoint, after: last?.size });
    }
  }

  /** The tree that was signed last; throws LogDamaged where the tiles do not lead to its root. */
  async #resume(last: StoredCheckpoint | undefined): Promise<TreeGrowth> {
    if (last === undefined) return new TreeGrowth(0, []);
    const { tiles, keys } = this.#parts;
    const opened = openCheckpoint(last.note, keys().verifiers);
    if (opened === undefined || opened.size !== last.size || !sameHash(opened.root, last.root)) {
      throw new LogDamaged(
        `the last checkpoint (${last.size} entries) was not signed with a key of this log`,
      );
    }
    const growth = new TreeGrowth(last.size, await tiles.edge(last.size));
    if (!sameHash(growth.root(), last.root)) {
      // What was kept in memory may be what is wrong.
      tiles.forget();
      throw new LogDamaged(
        `the stored tree of ${last.size} entries is not the one that was signed`,
      );
    }
    return growth;
  }

  async #integrate(growth: TreeGrowth, to: number): Promise<void> {
    while (growth.size < to) {
      const end = Math.min(to, growth.size + limits.auditIntegrateStretch);
      for (const entry of await this.#parts.store.entries(growth.size, end)) {
        if (entry.leafIndex !== growth.size) throw missing(growth.size);
        const hash = leafHash(entry.event);
        if (!sameHash(hash, entry.leafHash) || entry.event.length > ENTRY_BYTES_MAX) {
          throw new LogDamaged(`entry ${entry.leafIndex} of the audit log was changed`);
        }
        growth.append(hash);
      }
      if (growth.size < end) throw missing(growth.size);
      await nextTurn();
    }
  }

  #sign(growth: TreeGrowth): StoredCheckpoint {
    const { keys, nowMs } = this.#parts;
    const tree = { size: growth.size, root: growth.root() };
    return { ...tree, note: signCheckpoint(tree, keys().signer), signedMs: nowMs() };
  }
}
