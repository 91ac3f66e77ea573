import { setTimeout as wait } from 'node:timers/promises';
import { limits } from '../../core/limits.js';
import { isNoNewer } from '../../versions/domain/resource-version.js';
import type { KubeObject } from '../kube-exchange.js';
import { listOf, recordOf, textOf } from '../kube-json.js';
import type { Collection } from './collection.js';
import { pageLimitAfter } from './page-limit.js';
import { WatchExpired, WatchTooShort, backoffMs, mustListAnew } from './recovery.js';
import { type WatchEvent, WatchContentError, watchEvents } from './watch-events.js';
import { WatchLiveness } from './watch-liveness.js';

export type ChangeType = 'added' | 'modified' | 'deleted';

/** Receiver of a collection. Each call is awaited; an exception ends the attempt. */
export interface FollowSink {
  readonly page: (objects: readonly KubeObject[], isFirst: boolean) => Promise<void> | void;
  /** All pages of a list were delivered. */
  readonly listed: (resourceVersion: string) => Promise<void> | void;
  readonly change: (
    type: ChangeType,
    object: KubeObject,
    resourceVersion: string,
  ) => Promise<void> | void;
  readonly bookmark: (resourceVersion: string) => Promise<void> | void;
}

export interface FollowerOptions {
  readonly collection: Collection;
  readonly sink: FollowSink;
  /** Called when it becomes live, when it no longer is, and at the first failure after a start. */
  readonly onState?: ((isLive: boolean, error?: unknown) => void) | undefined;
  readonly onFault: (error: unknown) => void;
  /** Version to resume from instead of a first list. */
  readonly resourceVersion?: string | undefined;
  /** Version of an earlier process: used only if the API server has reached it. */
  readonly remembered?: (() => Promise<string | undefined>) | undefined;
}

const changeTypes: Readonly<Record<string, ChangeType>> = {
  ADDED: 'added',
  MODIFIED: 'modified',
  DELETED: 'deleted',
};

/**
 * Follows a collection: lists it in pages, then watches from the list's version in short watches,
 * each of which resumes after the last. Failures are retried with growing pauses. It relists only
 * if the API server no longer has the changes since, or is older than the version.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #liveness = new WatchLiveness(() => this.#report(false));
  readonly #stopping = new AbortController();
  #pausing = new AbortController();
  #running: Promise<void> | undefined;
  #version: string | undefined;
  #isRecalled = false;
  /** A failure since the API server's version was last known. */
  #wasCut = false;
  #failures = 0;
  #openedAtMs: number | undefined;
  #reported: boolean | undefined;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#version = options.resourceVersion;
  }

  /** Reports whether received events are complete and no staler than the API server's own watch. */
  get isLive(): boolean {
    return this.#liveness.isLive;
  }

  /** Returns the version of the last event, bookmark or list; undefined until the first list. */
  get resourceVersion(): string | undefined {
    return this.#version;
  }

  /** Begins in the background; never throws. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the pause before the next attempt, because the cause of a failure may be resolved. */
  nudge(): void {
    this.#failures = 0;
    this.#pausing.abort();
  }

  /** Resolves once all its work has ended; it sends no event after this call. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#liveness.failed();
    await this.#running;
  }

  get isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        this.#version = await this.#whence();
        await this.#watch(this.#version);
        this.#failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        this.#fail(error);
        await this.#pause(backoffMs(this.#failures, error, Math.random()));
      }
    }
  }

  /** Waits; a stop or a nudge ends the pause. */
  async #pause(pauseMs: number): Promise<void> {
    this.#pausing = new AbortController();
    const signal = AbortSignal.any([this.#stopping.signal, this.#pausing.signal]);
    await wait(pauseMs, undefined, { signal }).catch(() => undefined);
  }

  /** Returns the version to watch from. A restore of the cluster restarts its API servers. */
  async #whence(): Promise<string> {
    if (this.#version !== undefined && this.#wasCut && !(await this.#hasReached(this.#version))) {
      this.#version = undefined;
    }
    this.#version ??= (await this.#recalled()) ?? (await this.#list());
    this.#wasCut = false;
    return this.#version;
  }

  async #recalled(): Promise<string | undefined> {
    if (this.#isRecalled) return undefined;
    const remembered = await this.#options.remembered?.();
    const isThere = remembered !== undefined && (await this.#hasReached(remembered));
    this.#isRecalled = true;
    return isThere ? remembered : undefined;
  }

  /** Reports whether the API server has reached a version; a watch hides restored data. */
  async #hasReached(version: string): Promise<boolean> {
    const page = await this.#options.collection.list({ limit: '1' }, this.#stopping.signal);
    return isNoNewer(version, textOf(recordOf(page['metadata'])['resourceVersion']));
  }

  async #list(): Promise<string> {
    const { collection, sink } = this.#options;
    let limit: number = limits.listItemsMax;
    let next = '';
    let version = '';
    let isFirst = true;
    do {
      const query = { limit: String(limit), ...(next && { continue: next }) };
      let page: KubeObject;
      try {
        page = await collection.list(query, this.#stopping.signal);
      } catch (error) {
        limit = pageLimitAfter(error, limit);
        continue;
      }
      await sink.page(listOf(page['items']).map(recordOf), isFirst);
      isFirst = false;
      const metadata = recordOf(page['metadata']);
      version = textOf(metadata['resourceVersion']);
      next = textOf(metadata['continue']);
    } while (next !== '' || isFirst);
    if (version === '') throw new WatchContentError('a list has no resourceVersion');
    await sink.listed(version);
    return version;
  }

  /** Returns if the API server ended the watch in time; throws everything else. */
  async #watch(version: string): Promise<void> {
    const query = {
      resourceVersion: version,
      timeoutSeconds: String(limits.watchSeconds),
      allowWatchBookmarks: 'true',
    };
    const chunks = await this.#options.collection.watch(query, this.#stopping.signal);
    const openedAtMs = performance.now();
    this.#openedAtMs = openedAtMs;
    this.#liveness.opened();
    this.#report(true);
    let count = 0;
    for await (const event of watchEvents(chunks, limits.watchEventBytesMax)) {
      if (this.#stopping.signal.aborted) return;
      await this.#take(event);
      count += 1;
    }
    if (performance.now() - openedAtMs >= limits.watchShortMs) return this.#liveness.ended();
    // Some API servers report an expired version in this way.
    if (count === 0) throw new WatchExpired('a watch ended at once');
    throw new WatchTooShort('a watch ended early');
  }

  async #take({ type, object }: WatchEvent): Promise<void> {
    if (type === 'ERROR') throw failureOf(object);
    const version = textOf(recordOf(object['metadata'])['resourceVersion']);
    if (version === '') throw new WatchContentError('an event of a watch has no resourceVersion');
    const change = changeTypes[type];
    const { sink } = this.#options;
    await (change === undefined ? sink.bookmark(version) : sink.change(change, object, version));
    this.#version = version;
  }

  #fail(error: unknown): void {
    // A watch that worked before its end does not count as a consecutive failure.
    const workedMs = performance.now() - (this.#openedAtMs ?? performance.now());
    if (workedMs >= limits.watchShortMs) this.#failures = 0;
    this.#openedAtMs = undefined;
    this.#failures += 1;
    this.#wasCut = true;
    if (mustListAnew(error)) this.#version = undefined;
    this.#report(false, error);
    this.#liveness.failed();
  }

  #report(isLive: boolean, error?: unknown): void {
    if (this.#reported === isLive || this.#stopping.signal.aborted) return;
    this.#reported = isLive;
    try {
      this.#options.onState?.(isLive, error);
    } catch (thrown) {
      this.#options.onFault(thrown);
    }
  }
}

/** Returns the failure in an ERROR event, which contains a Status. */
function failureOf(status: KubeObject): Error {
  const { code, reason } = status;
  if (code === 410 || reason === 'Expired' || reason === 'Gone') {
    return new WatchExpired('the version is too old');
  }
  return new WatchContentError(`a watch failed with status ${String(code)}`);
}
