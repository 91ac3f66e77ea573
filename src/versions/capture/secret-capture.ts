import { limits } from '../../core/limits.js';
import { type Exclusions, isExcluded } from '../domain/excluded.js';
import { isNoNewer } from '../domain/resource-version.js';
import type { FeedEvent, FeedSink, SecretStream } from '../domain/secret-feed.js';
import type { SecretState } from '../domain/secret-state.js';
import type { HistoryHead, VersionsStore } from '../domain/versions.store.js';
import type { Clock } from '../../core/clock.js';
import { CaptureEnded, type CaptureQueue, type Entry } from './capture-queue.js';

export interface SecretCaptureDependencies {
  readonly queue: CaptureQueue;
  readonly store: Pick<
    VersionsStore,
    'liveHeads' | 'markDeleted' | 'setWatchCursor' | 'watchCursor'
  >;
  readonly exclusions: Exclusions;
  readonly clock: Clock;
  /** Reports whether Secrets of a namespace are watched. */
  readonly isFollowed: (namespace: string) => boolean;
}

/** Passes watched events to the queue, and delays them while the queue is full. */
export class SecretCapture implements FeedSink {
  readonly #parts: SecretCaptureDependencies;

  constructor(parts: SecretCaptureDependencies) {
    this.#parts = parts;
  }

  cursor({ name }: SecretStream): Promise<string | undefined> {
    return this.#parts.store.watchCursor(name);
  }

  async take(stream: SecretStream, event: FeedEvent): Promise<void> {
    switch (event.type) {
      case 'page':
        for (const state of event.states) {
          if (!this.#isExcluded(state)) await this.#add(stream, { state, isListed: true });
        }
        return;
      case 'listed':
        return this.#listed(stream, event);
      case 'reached':
        return this.#add(stream, { resourceVersion: event.resourceVersion });
      default: {
        const { state, resourceVersion } = event;
        if (this.#isExcluded(state)) return this.#add(stream, { resourceVersion });
        const kind = event.type === 'removed' ? 'removed' : 'state';
        return this.#add(stream, { kind, state, resourceVersion });
      }
    }
  }

  #isExcluded({ secret }: SecretState): boolean {
    return isExcluded(this.#parts.exclusions, secret);
  }

  #add(stream: SecretStream, entry: Partial<Entry>): Promise<void> {
    const { kind = entry.state === undefined ? 'reached' : 'state' } = entry;
    const { state, resourceVersion, isListed = false } = entry;
    const arrivedMs = performance.now();
    return this.#parts.queue.add({ stream, kind, state, resourceVersion, isListed, arrivedMs });
  }

  /** Records a list: a Secret missing from it is deleted, unless it was created after the list. */
  async #listed(
    stream: SecretStream,
    { uids, resourceVersion }: Extract<FeedEvent, { readonly type: 'listed' }>,
  ): Promise<void> {
    const { queue, store } = this.#parts;
    await queue.drained(stream);
    let afterId = 0;
    for (;;) {
      if (queue.hasEnded) throw new CaptureEnded();
      const heads = await store.liveHeads(stream.namespaceUid, afterId, limits.versionHeadsPage);
      for (const head of heads) {
        if (this.#isGone(head, uids, resourceVersion)) await this.#markDeleted(head);
      }
      const last = heads.at(-1);
      if (last === undefined || heads.length < limits.versionHeadsPage) break;
      afterId = last.history.id;
    }
    await store.setWatchCursor({ name: stream.name, resourceVersion });
  }

  #isGone({ history }: HistoryHead, uids: ReadonlySet<string>, listedAt: string): boolean {
    if (uids.has(history.secretUid) || !this.#parts.isFollowed(history.namespace)) return false;
    if (this.#parts.exclusions.namespaces.includes(history.namespace)) return false;
    return isNoNewer(history.resourceVersion, listedAt);
  }

  #markDeleted({ history }: HistoryHead): Promise<void> {
    const { store, clock } = this.#parts;
    return store.markDeleted(history, history.secretUid, clock.nowMs());
  }
}
