import type { Clock } from '../../core/clock.js';
import { RecentMap } from '../../core/recent-map.js';
import { syncLimits } from '../../core/sync-limits.js';
import {
  admitted,
  afterAnswer,
  afterFailure,
  freshPace,
  type StorePace,
} from '../domain/store-pace.js';

/** Round of a sync that a store gets. */
export interface PacedRound {
  /** Whether only the time has caused it. */
  readonly isPoll: boolean;
  /** Namespace of the sync: no namespace gets all calls. */
  readonly namespace: string;
  /** Secrets of the store that it reads; one by default. */
  readonly secrets?: number;
}

/** Paces of stores: a budget of calls, and pauses after failures. */
export class StorePaces {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  /** By uid of the store. */
  readonly #paces = new RecentMap<string, StorePace>({
    entriesMax: syncLimits.pacedStoresMax,
    keptMs: syncLimits.storePauseMsMax + syncLimits.retryAfterMsMax,
  });

  /** Calls of the syncs of one namespace, by the uid of the store and the namespace. */
  readonly #ofNamespaces = new RecentMap<string, StorePace>({
    entriesMax: syncLimits.pacedNamespacesMax,
    // After this time, all calls are there again.
    keptMs: (syncLimits.storeCallsAtOnceMax / syncLimits.storeCallsPerSecond) * 1_000,
  });

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Takes one round; returns how long to wait if the store may get none now. */
  take(storeUid: string, { isPoll, namespace, secrets }: PacedRound): number | undefined {
    const nowMs = this.#clock.monotonicMs();
    const { namespaceCallsShare: share } = syncLimits;
    const key = JSON.stringify([storeUid, namespace]);
    const known = this.#ofNamespaces.get(key) ?? freshPace(nowMs, share);
    const changes = admitted(known, nowMs, false, secrets, share);
    const isOut = isPoll && 'waitMs' in changes;
    // A namespace that has used up its calls still has those for polls.
    const own = isOut ? admitted(known, nowMs, true, secrets, share) : changes;
    if ('waitMs' in own) return own.waitMs;
    const all = admitted(this.#paceOf(storeUid), nowMs, isPoll, secrets);
    if ('waitMs' in all) return all.waitMs;
    this.#ofNamespaces.set(key, own.pace, nowMs);
    this.#set(storeUid, all.pace);
    return undefined;
  }

  /** Reports whether the store gets no calls because it has failed, or demands a pause. */
  isPaused(storeUid: string): boolean {
    return this.#clock.monotonicMs() < this.#paceOf(storeUid).pausedUntilMs;
  }

  /** Notes an answer of the store. */
  answered(storeUid: string): void {
    this.#set(storeUid, afterAnswer(this.#paceOf(storeUid)));
  }

  /** Notes a failure; `retryAfterMs`: the pause that the store demands. */
  failed(storeUid: string, retryAfterMs: number | undefined): void {
    const nowMs = this.#clock.monotonicMs();
    this.#set(storeUid, afterFailure(this.#paceOf(storeUid), nowMs, retryAfterMs));
  }

  #paceOf(storeUid: string): StorePace {
    return this.#paces.get(storeUid) ?? freshPace(this.#clock.monotonicMs());
  }

  #set(storeUid: string, pace: StorePace): void {
    this.#paces.set(storeUid, pace, this.#clock.monotonicMs());
  }
}
