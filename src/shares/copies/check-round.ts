import { RoundRobin } from '../../core/round-robin.js';

interface Checked {
  readonly uid: string;
  readonly namespace: string;
}

/**
 * Objects that are checked again and again, some at a time. Namespaces are served round robin, so
 * that many objects of one do not delay those of another.
 */
export class CheckRound<T extends Checked> {
  readonly #isThere: (item: T) => boolean;
  readonly #slots = new RoundRobin<T>();
  readonly #uids = new Set<string>();

  /** Objects of which `isThere` is false are removed when they come to be checked. */
  constructor(isThere: (item: T) => boolean) {
    this.#isThere = isThere;
  }

  get size(): number {
    return this.#uids.size;
  }

  /** Adds an object, unless the round has it. */
  add(item: T): void {
    const { uid, namespace } = item;
    if (this.#uids.has(uid)) return;
    this.#uids.add(uid);
    this.#slots.add(namespace, item);
  }

  /** Returns the next objects, none of them twice. */
  take(countMax: number): readonly T[] {
    const taken: T[] = [];
    for (let left = this.size; left > 0 && taken.length < countMax; left -= 1) {
      const item = this.#slots.next();
      if (item === undefined) break;
      if (this.#isThere(item)) taken.push(item);
      else this.#uids.delete(item.uid);
    }
    for (const item of taken) this.#slots.add(item.namespace, item);
    return taken;
  }

  clear(): void {
    this.#uids.clear();
    this.#slots.clear();
  }
}
