import { LinkedList, ListItem } from './linked-list.js';

class Group<Value> {
  readonly name: string;
  readonly items = new LinkedList<Value>();

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * Items that wait in groups. Groups are served round robin, and the items of a group in their
 * order. Every operation takes constant time, however many items wait.
 */
export class RoundRobin<Value> {
  readonly #groups = new Map<string, ListItem<Group<Value>>>();
  /** Groups with items that may be served, in the order of their slots. */
  readonly #ready = new LinkedList<Group<Value>>();
  readonly #held = new Set<string>();

  add(name: string, value: Value): void {
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = new ListItem(new Group<Value>(name));
      this.#groups.set(name, group);
      if (!this.#held.has(name)) this.#ready.append(group);
    }
    group.value.items.append(new ListItem(value));
  }

  /** Takes the next item; undefined if none may be served. */
  next(): Value | undefined {
    const group = this.#ready.first;
    const item = group?.value.items.first;
    if (group === undefined || item === undefined) return undefined;
    group.value.items.remove(item);
    if (group.value.items.first === undefined) {
      this.#ready.remove(group);
      this.#groups.delete(group.value.name);
    } else {
      this.#ready.moveToEnd(group);
    }
    return item.value;
  }

  /** Serves no item of a group, until `release`. */
  hold(name: string): void {
    if (this.#held.has(name)) return;
    this.#held.add(name);
    const group = this.#groups.get(name);
    if (group !== undefined) this.#ready.remove(group);
  }

  /** Serves a group again, after all others. */
  release(name: string): void {
    if (!this.#held.delete(name)) return;
    const group = this.#groups.get(name);
    if (group !== undefined) this.#ready.append(group);
  }

  /** Drops all items; groups that are held stay held. */
  clear(): void {
    for (const group of this.#groups.values()) {
      if (!this.#held.has(group.value.name)) this.#ready.remove(group);
    }
    this.#groups.clear();
  }
}
