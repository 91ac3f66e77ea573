import type { KubeObject } from '../kube-exchange.js';
import { recordOf, textOf } from '../kube-json.js';
import { type ChangeType, Follower, type FollowerOptions } from './follower.js';
import { mapObjects } from './map-objects.js';

export type PagedEvent<Item> =
  /** Part of a list; the first part of a list starts a new state. */
  | { readonly type: 'page'; readonly items: readonly Item[]; readonly isFirst: boolean }
  /** End of a list: the uids of all objects that existed at this version. */
  | {
      readonly type: 'listed';
      readonly uids: ReadonlySet<string>;
      readonly resourceVersion: string;
    }
  | { readonly type: ChangeType; readonly object: Item; readonly resourceVersion: string }
  /** There is no other change up to this version. */
  | { readonly type: 'bookmark'; readonly resourceVersion: string };

export interface PagedReflectorOptions<Item> extends Omit<FollowerOptions, 'sink'> {
  /** Maps the API server's JSON; an error is reported, and the object left out. */
  readonly map: (object: KubeObject) => Item;
  /**
   * Receives events; awaited before anything else is read. If it rejects, its event is sent again:
   * the list from its start, the watch from the last event that was taken.
   */
  readonly handle: (event: PagedEvent<Item>) => Promise<void>;
}

/** Watches a collection that is never completely in memory. */
export class PagedReflector<Item> {
  readonly #options: PagedReflectorOptions<Item>;
  readonly #follower: Follower;
  #uids = new Set<string>();

  constructor(options: PagedReflectorOptions<Item>) {
    const { map: _map, handle: _handle, ...rest } = options;
    this.#options = options;
    this.#follower = new Follower({
      ...rest,
      sink: {
        page: (objects, isFirst) => this.#page(objects, isFirst),
        listed: (resourceVersion) => this.#listed(resourceVersion),
        change: async (type, object, resourceVersion) => {
          for (const item of mapObjects([object], this.#options)) {
            await this.#hand({ type, object: item, resourceVersion });
          }
        },
        bookmark: (resourceVersion) => this.#hand({ type: 'bookmark', resourceVersion }),
      },
    });
  }

  /** Reports whether its events are complete and no staler than the API server's own watch. */
  get isLive(): boolean {
    return this.#follower.isLive;
  }

  /** Begins in the background; never throws. */
  start(): void {
    this.#follower.start();
  }

  /** Ends the pause: the cause of a failure may be resolved. */
  nudge(): void {
    this.#follower.nudge();
  }

  /** Resolves once all its work has ended, which a handler can delay. */
  stop(): Promise<void> {
    return this.#follower.stop();
  }

  async #page(objects: readonly KubeObject[], isFirst: boolean): Promise<void> {
    if (isFirst) this.#uids = new Set();
    for (const object of objects) this.#uids.add(textOf(recordOf(object['metadata'])['uid']));
    await this.#hand({ type: 'page', items: mapObjects(objects, this.#options), isFirst });
  }

  async #listed(resourceVersion: string): Promise<void> {
    const uids = this.#uids;
    this.#uids = new Set();
    await this.#hand({ type: 'listed', uids, resourceVersion });
  }

  async #hand(event: PagedEvent<Item>): Promise<void> {
    if (!this.#follower.isStopping) await this.#options.handle(event);
  }
}
