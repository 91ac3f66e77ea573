import type { KubeObject } from '../kube-exchange.js';
import { recordOf, textOf } from '../kube-json.js';
import { type ChangeType, Follower, type FollowerOptions } from './follower.js';
import { mapObjects } from './map-objects.js';

export type PagedEvent<Item> =
  /** A part of a list; the first of a list says that everything is told anew. */
  | { readonly type: 'page'; readonly items: readonly Item[]; readonly isFirst: boolean }
  /** The end of a list: the uids of all that was there at this version. */
  | {
      readonly type: 'listed';
      readonly uids: ReadonlySet<string>;
      readonly resourceVersion: string;
    }
  | { readonly type: ChangeType; readonly object: Item; readonly resourceVersion: string }
  /** Nothing has happened up to this version. */
  | { readonly type: 'bookmark'; readonly resourceVersion: string };

export interface PagedReflectorOptions<Item> extends Omit<FollowerOptions, 'sink'> {
  /** From the API server's JSON; what it throws is reported, and the object left out. */
  readonly map: (object: KubeObject) => Item;
  /**
   * Awaited before anything else is read. Where it rejects, the same is told again: the list from
   * its start, the watch from the last event that was taken.
   */
  readonly handle: (event: PagedEvent<Item>) => Promise<void>;
}

/** Follows a collection that is never in memory as a whole. */
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

  /** Its events are complete and no staler than the API server's own watch. */
  get isLive(): boolean {
    return this.#follower.isLive;
  }

  /** Begins in the background; nothing is thrown. */
  start(): void {
    this.#follower.start();
  }

  /** What failed may work now. */
  nudge(): void {
    this.#follower.nudge();
  }

  /** Resolves once nothing of it runs any more, which a handler can hold up. */
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
