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
 * Takes away versions that have become too old of Secrets that nobody writes, and what is left of
 * namespaces that are gone; part of it in each run, from where the last one ended.
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

  /** Throws StorageError, and SallyportError where the cluster cannot be asked. */
  run(): Promise<void> {
    const { ageMsMax, clock } = this.#parts;
    if (ageMsMax === undefined || this.#isStopped) return Promise.resolve();
    this.#running ??= this.#sweep(clock.nowMs() - ageMsMax).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** The part that is being taken away ends. */
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
      // One that cannot be asked for just now does not keep those behind it waiting.
      this.#afterUid = namespaceUid;
      if (await this.#isGone(namespace, namespaceUid)) await this.#empty(namespaceUid, beforeMs);
    }
    if (found.length < page) this.#afterUid = '';
  }

  /** What was heard may be old, and what is taken away does not come back: so it is asked again. */
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
