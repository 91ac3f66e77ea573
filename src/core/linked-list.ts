/** A place in a list; of one list at a time, which alone sets its neighbours. */
export class ListItem<Value> {
  readonly value: Value;
  before: ListItem<Value> | undefined;
  after: ListItem<Value> | undefined;

  constructor(value: Value) {
    this.value = value;
  }
}

/**
 * A list out of whose middle something is taken at no cost. A Map keeps an order as well, but V8
 * steps over every entry that was deleted from its front each time it looks for the first.
 */
export class LinkedList<Value> {
  #first: ListItem<Value> | undefined;
  #last: ListItem<Value> | undefined;

  get first(): ListItem<Value> | undefined {
    return this.#first;
  }

  /** `item` is in no list. */
  append(item: ListItem<Value>): void {
    item.before = this.#last;
    item.after = undefined;
    if (this.#last === undefined) this.#first = item;
    else this.#last.after = item;
    this.#last = item;
  }

  /** `item` is in this list. */
  remove(item: ListItem<Value>): void {
    const { before, after } = item;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    item.before = undefined;
    item.after = undefined;
  }

  /** The same; as if it had been appended just now. */
  moveToEnd(item: ListItem<Value>): void {
    if (item === this.#last) return;
    this.remove(item);
    this.append(item);
  }
}
