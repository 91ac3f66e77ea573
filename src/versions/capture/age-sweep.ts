import type { Clock } from '../../core/clock.js';
import { limits } from '../../core/limits.js';
import type { WatchedNamespaces } from '../domain/secret-feed.js';
import type { Pruned, VersionsStore } from '../domain/versions.store.js';

export interface AgeSweepDependencies {
  readonly store: Pick<VersionsStore, 'sweep' | 'sweepGone' | 'namespaces'>;
  readonly namespaces: WatchedNamespaces;
  readonly clock: Clock;
  /** Undefined: nothing is ever too old. */
  readonly ageMsMax: number | undefined;
  readonly onPruned: (pruned: readonly Pruned[]) => void;
}

/**
 * Deletes versions that are too old of Secrets that nobody writes, and histories of deleted
 * namespaces. Each run sweeps a part and resumes after the part of the previous run.
 */
export class AgeSweep {
  readonly #parts: AgeSweepDependencies;
  #afterId = 0;
  #afterUid = '';
  #running: Promise<void> | undefined;
  #isStopped = false;

  constructor(parts: AgeSweepDependencies) {
    this.#parts = parts;
  }

  /** Sweeps once. Throws StorageError, and SallyportError if the cluster cannot be queried. */
  run(): Promise<void> {
    const { ageMsMax, clock } = this.#parts;
    if (ageMsMax === undefined || this.#isStopped) return Promise.resolve();
    this.#running ??= this.#sweep(clock.nowMs() - ageMsMax).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Stops after the active part of the sweep. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running?.catch(() => undefined);
  }

  async #sweep(beforeMs: number): Promise<void> {
    const { store, onPruned } = this.#parts;
    for (let batch = 0; batch < limits.versionSweepBatchesMax; batch += 1) {
      if (this.#isStopped) return;
      const { pruned, lastId } = await store.sweep({ beforeMs, afterId: this.#afterId });
      onPruned(pruned);
      this.#afterId = lastId ?? 0;
      if (lastId === undefined) break;
    }
    await this.#sweepNamespaces(beforeMs);
  }

  async #sweepNamespaces(beforeMs: number): Promise<void> {
    const page = limits.versionSweepNamespacesMax;
    const found = await this.#parts.store.namespaces(this.#afterUid, page);
    for (const { namespaceUid, namespace } of found) {
      if (this.#isStopped) return;
      // A namespace that cannot be queried now must not delay later namespaces.
      this.#afterUid = namespaceUid;
      if (await this.#isGone(namespace, namespaceUid)) await this.#empty(namespaceUid, beforeMs);
    }
    if (found.length < page) this.#afterUid = '';
  }

  /** Asks the cluster again: cached facts may be old, and deleted versions do not come back. */
  async #isGone(namespace: string, uid: string): Promise<boolean> {
    const { namespaces } = this.#parts;
    if (namespaces.known(namespace)?.uid === uid) return false;
    return (await namespaces.confirm(namespace))?.uid !== uid;
  }

  async #empty(namespaceUid: string, beforeMs: number): Promise<void> {
    const { store, onPruned } = this.#parts;
    for (let batch = 0; batch < limits.versionSweepBatchesMax; batch += 1) {
      const pruned = this.#isStopped ? [] : await store.sweepGone(namespaceUid, beforeMs);
      onPruned(pruned);
      if (pruned.length === 0) return;
    }
  }
}
