import type { CallGate } from '../../access/domain/call-gate.js';
import { syncLimits } from '../../core/sync-limits.js';
import {
  type Looked,
  ObjectQueue,
  type QueuedObject,
} from '../../platform/lifecycle/object-queue.js';
import type { StoreFeed } from '../domain/external-stores.js';
import type { SyncRegistry } from '../domain/secret-syncs.js';
import type { SyncOutcome } from '../domain/sync-outcome.js';
import type { ParsedSync } from '../domain/sync-spec.js';
import { stateOf } from '../domain/sync-status.js';
import { StoreWaits } from '../engine/store-waits.js';
import type { SyncRunner } from '../engine/sync-runner.js';

export interface HintedLooksDependencies {
  readonly gate: Pick<CallGate, 'refusal'>;
  readonly storeFeed: Pick<StoreFeed, 'isLoaded'>;
  readonly knownSyncs: Pick<SyncRegistry, 'get'>;
  readonly runner: Pick<SyncRunner, 'run'>;
  readonly onFault: (error: unknown) => void;
}

/**
 * Looks at syncs that notifications name, on the replica that receives them. Hints of one sync
 * cause one look, and one after a look that was running. A look has the pace of its store.
 */
export class HintedLooks {
  readonly #parts: HintedLooksDependencies;
  readonly #queue: ObjectQueue;
  /** Looks in a row that could not ask the store, by uid of the sync. */
  readonly #attempts = new Map<string, number>();

  constructor(parts: HintedLooksDependencies) {
    this.#parts = parts;
    const { hintedLooksAtOnceMax: atOnceMax } = syncLimits;
    const { onFault } = parts;
    this.#queue = new ObjectQueue({ work: (item) => this.#look(item), onFault, atOnceMax });
  }

  start(): void {
    this.#queue.open([]);
  }

  /** Resolves once all looks have ended. */
  stop(): Promise<void> {
    return this.#queue.close();
  }

  /** Reports whether there is room for hints of so many syncs. */
  hasRoomFor(syncs: number): boolean {
    return this.#queue.size + syncs <= syncLimits.hintedSyncsMax;
  }

  note({ object: { uid, namespace, name } }: Pick<ParsedSync, 'object'>): void {
    this.#queue.note({ uid, namespace, name });
  }

  async #look(item: QueuedObject): Promise<Looked> {
    const { gate, storeFeed, knownSyncs, runner } = this.#parts;
    if (gate.refusal !== undefined) throw gate.refusal;
    if (!storeFeed.isLoaded) return 'repeat';
    const sync = knownSyncs.get(item);
    if (sync?.object.uid !== item.uid) return this.#ended(item);
    try {
      const outcome = await runner.run(sync, { isDryRun: false });
      return isOverSoon(outcome) ? this.#again(item) : this.#ended(item);
    } catch (error) {
      // The pause ends on its own.
      if (error instanceof StoreWaits) return 'repeat';
      this.#parts.onFault(error);
      return this.#again(item);
    }
  }

  /** Repeats a look a few times: the next poll may be a day away. */
  #again(item: QueuedObject): Looked {
    const attempts = (this.#attempts.get(item.uid) ?? 0) + 1;
    if (attempts >= syncLimits.hintedLookAttemptsMax) return this.#ended(item);
    this.#attempts.set(item.uid, attempts);
    return 'repeat';
  }

  #ended({ uid }: QueuedObject): Looked {
    this.#attempts.delete(uid);
    return 'done';
  }
}

/** Reports whether the problem of a look may be over without a change that can be observed. */
function isOverSoon(outcome: SyncOutcome): boolean {
  if (outcome.kind === 'done') return false;
  return stateOf(outcome) === 'Failed' || outcome.problem.reason === 'Disturbed';
}
