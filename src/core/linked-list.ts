/** Item of at most one list at a time, which alone sets its neighbours. */
export class ListItem<Value> {
  readonly value: Value;
  before: ListItem<Value> | undefined;
  after: ListItem<Value> | undefined;

  constructor(value: Value) {
    this.value = value;
  }
}

/**
 * List that removes any item in constant time. A Map is also ordered, but V8 steps over all entries
 * deleted from its front each time the first is looked up.
 */
export class LinkedList<Value> {
  #first: ListItem<Value> | undefined;
  #last: ListItem<Value> | undefined;

  get first(): ListItem<Value> | undefined {
    return this.#first;
  }

  /** Appends `item`, which is in no list. */
  append(item: ListItem<Value>): void {
    item.before = this.#last;
    item.after = undefined;
    if (this.#last === undefined) this.#first = item;
    else this.#last.after = item;
    this.#last = item;
  }

  /** Removes `item`, which is in this list. */
  remove(item: ListItem<Value>): void {
    const { before, after } = item;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    item.before = undefined;
    item.after = undefined;
  }

  /** Moves `item`, which is in this list, to the end. */
  moveToEnd(item: ListItem<Value>): void {
    if (item === this.#last) return;
    this.remove(item);
    this.append(item);
  }
}
