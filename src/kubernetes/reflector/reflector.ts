import { unavailable } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import type { KubeObject } from '../kube-exchange.js';
import type { Collection } from './collection.js';
import { Follower } from './follower.js';
import { mapObjects } from './map-objects.js';

export type ReflectorEvent<Item> =
  /** Everything that exists: at the start, and whenever changes may have been missed. */
  | { readonly type: 'replaced'; readonly items: readonly Item[] }
  | { readonly type: 'added' | 'modified' | 'deleted'; readonly object: Item };

export interface ReflectorOptions<Item> {
  readonly collection: Collection;
  /** Maps the API server's JSON; an error is reported, and the object left out. */
  readonly map: (object: KubeObject) => Item;
  /** Called in order. An exception is reported; it stops nothing. */
  readonly handle: (event: ReflectorEvent<Item>) => void;
  /** Called when it becomes live, when it no longer is, and at the first failure after a start. */
  readonly onState?: (isLive: boolean, error?: unknown) => void;
  readonly onFault: (error: unknown) => void;
  /** Version to resume from instead of a first list. */
  readonly resourceVersion?: string;
}

/** Watches a collection that fits into memory; delivers each list as a whole. */
export class Reflector<Item> {
  readonly #options: ReflectorOptions<Item>;
  readonly #follower: Follower;
  #listed: Item[] = [];

  constructor(options: ReflectorOptions<Item>) {
    this.#options = options;
    const { collection, onState, onFault, resourceVersion } = options;
    this.#follower = new Follower({
      collection,
      onState,
      onFault,
      resourceVersion,
      sink: {
        page: (objects, isFirst) => this.#page(objects, isFirst),
        listed: () => {
          this.#hand({ type: 'replaced', items: this.#listed });
          this.#listed = [];
        },
        change: (type, object) => {
          for (const item of mapObjects([object], this.#options))
            this.#hand({ type, object: item });
        },
        bookmark: () => undefined,
      },
    });
  }

  /** Reports whether its events are complete and no staler than the API server's own watch. */
  get isLive(): boolean {
    return this.#follower.isLive;
  }

  /** Returns the version of the last event, bookmark or list; undefined until the first list. */
  get resourceVersion(): string | undefined {
    return this.#follower.resourceVersion;
  }

  /** Begins in the background; never throws. */
  start(): void {
    this.#follower.start();
  }

  /** Ends the pause: the cause of a failure may be resolved. */
  nudge(): void {
    this.#follower.nudge();
  }

  /** Resolves once all its work has ended; no event follows. */
  stop(): Promise<void> {
    return this.#follower.stop();
  }

  #page(objects: readonly KubeObject[], isFirst: boolean): void {
    if (isFirst) this.#listed = [];
    this.#listed.push(...mapObjects(objects, this.#options));
    if (this.#listed.length <= limits.reflectedItemsMax) return;
    const internal = `more than ${limits.reflectedItemsMax} ${this.#options.collection.name}`;
    throw unavailable('the cluster has too many objects', { internal });
  }

  #hand(event: ReflectorEvent<Item>): void {
    if (this.#follower.isStopping) return;
    try {
      const result: unknown = this.#options.handle(event);
      // An async function passes as a handler, and its rejection would end the process.
      if (result instanceof Promise) result.catch((error: unknown) => this.#options.onFault(error));
    } catch (error) {
      this.#options.onFault(error);
    }
  }
}
