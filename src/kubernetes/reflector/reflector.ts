import { setTimeout as wait } from 'node:timers/promises';
import { unavailable } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import type { KubeObject } from '../kube-exchange.js';
import { listOf, recordOf, textOf } from '../kube-json.js';
import type { Collection } from './collection.js';
import { WatchExpired, WatchTooShort, backoffMs, mustListAnew } from './recovery.js';
import { type WatchEvent, WatchContentError, watchEvents } from './watch-events.js';
import { WatchLiveness } from './watch-liveness.js';

export type ReflectorEvent<Item> =
  /** All there is: at the start, and whenever changes may have been missed. */
  | { readonly type: 'replaced'; readonly items: readonly Item[] }
  | { readonly type: 'added' | 'modified' | 'deleted'; readonly object: Item };

export interface ReflectorOptions<Item> {
  readonly collection: Collection;
  /** From the API server's JSON; what it throws is reported, and the object left out. */
  readonly map: (object: KubeObject) => Item;
  /** Called in order. What it throws is reported; it stops nothing. */
  readonly handle: (event: ReflectorEvent<Item>) => void;
  /** Told when it becomes live, when it no longer is, and of the first failure after a start. */
  readonly onState?: (isLive: boolean, error?: unknown) => void;
  readonly onFault: (error: unknown) => void;
  /** Goes on from here in place of a first list. */
  readonly resourceVersion?: string;
}

const changeTypes: Readonly<Record<string, 'added' | 'modified' | 'deleted'>> = {
  ADDED: 'added',
  MODIFIED: 'modified',
  DELETED: 'deleted',
};

/**
 * Follows a collection: lists it in pages, then watches from the list's version in short watches,
 * each of which goes on where the last one was. Whatever fails is tried again with growing pauses;
 * it lists anew only where the API server no longer has what came since.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export class Reflector<Item> {
  readonly #options: ReflectorOptions<Item>;
  readonly #liveness = new WatchLiveness(() => this.#report(false));
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #version: string | undefined;
  #failures = 0;
  #reported: boolean | undefined;

  constructor(options: ReflectorOptions<Item>) {
    this.#options = options;
    this.#version = options.resourceVersion;
  }

  /** Its events are complete and no staler than the API server's own watch. */
  get isLive(): boolean {
    return this.#liveness.isLive;
  }

  /** That of the last event, bookmark or list; undefined until the first list. */
  get resourceVersion(): string | undefined {
    return this.#version;
  }

  /** Begins in the background; nothing is thrown. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves once nothing of it runs any more; no event follows. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#liveness.failed();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        this.#version ??= await this.#list();
        await this.#watch(this.#version);
        this.#failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        this.#fail(error);
        const pauseMs = backoffMs(this.#failures, error, Math.random());
        // A stop ends the pause.
        await wait(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #list(): Promise<string> {
    const { collection } = this.#options;
    const items: Item[] = [];
    let next = '';
    let version = '';
    do {
      const query = { limit: String(limits.listItemsMax), ...(next && { continue: next }) };
      const page = await collection.list(query, this.#stopping.signal);
      for (const object of listOf(page['items'])) this.#mapInto(items, recordOf(object));
      const metadata = recordOf(page['metadata']);
      version = textOf(metadata['resourceVersion']);
      next = textOf(metadata['continue']);
      if (items.length > limits.reflectedItemsMax) {
        const internal = `more than ${limits.reflectedItemsMax} ${collection.name}`;
        throw unavailable('the cluster has too many objects', { internal });
      }
    } while (next !== '');
    if (version === '') throw new WatchContentError('a list has no resourceVersion');
    this.#hand({ type: 'replaced', items });
    return version;
  }

  /** Returns where the API server ended the watch in time; everything else is thrown. */
  async #watch(version: string): Promise<void> {
    const query = {
      resourceVersion: version,
      timeoutSeconds: String(limits.watchSeconds),
      allowWatchBookmarks: 'true',
    };
    const chunks = await this.#options.collection.watch(query, this.#stopping.signal);
    const openedAtMs = performance.now();
    this.#liveness.opened();
    this.#report(true);
    let count = 0;
    for await (const event of watchEvents(chunks, limits.watchEventBytesMax)) {
      if (this.#stopping.signal.aborted) return;
      this.#take(event);
      count += 1;
    }
    if (performance.now() - openedAtMs >= limits.watchShortMs) return this.#liveness.ended();
    // Some API servers say so that they no longer have the version.
    if (count === 0) throw new WatchExpired('a watch ended at once');
    throw new WatchTooShort('a watch ended early');
  }

  #take({ type, object }: WatchEvent): void {
    if (type === 'ERROR') throw failureOf(object);
    const version = textOf(recordOf(object['metadata'])['resourceVersion']);
    if (version === '') throw new WatchContentError('an event of a watch has no resourceVersion');
    const change = changeTypes[type];
    if (change !== undefined) {
      const mapped: Item[] = [];
      this.#mapInto(mapped, object);
      for (const item of mapped) this.#hand({ type: change, object: item });
    }
    this.#version = version;
  }

  #mapInto(items: Item[], object: KubeObject): void {
    try {
      items.push(this.#options.map(object));
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  #hand(event: ReflectorEvent<Item>): void {
    if (this.#stopping.signal.aborted) return;
    try {
      const result: unknown = this.#options.handle(event);
      // An async function passes for a handler, and its rejection would end the process.
      if (result instanceof Promise) result.catch((error: unknown) => this.#options.onFault(error));
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  #fail(error: unknown): void {
    this.#failures += 1;
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

/** An ERROR event holds a Status. */
function failureOf(status: KubeObject): Error {
  const { code, reason } = status;
  if (code === 410 || reason === 'Expired' || reason === 'Gone') {
    return new WatchExpired('the version is too old');
  }
  return new WatchContentError(`a watch failed with status ${String(code)}`);
}
