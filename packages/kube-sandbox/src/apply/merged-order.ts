import type { ListElement } from './list-elements.js';

export interface PlacedItem {
  /** Whether the applied list contains the item, so that both sides merge. */
  readonly isApplied: boolean;
  readonly item: ListElement;
}

/**
 * Orders a merged list: applied items in the applied order, live items between them at their old
 * positions, new items at their positions in the applied list.
 */
export function mergedOrder(
  live: readonly ListElement[],
  applied: readonly ListElement[],
): PlacedItem[] {
  return new OrderMerge(live, applied).run();
}

class OrderMerge {
  readonly #live: readonly ListElement[];
  readonly #applied: readonly ListElement[];
  readonly #appliedTexts: ReadonlySet<string>;
  /** Items of both lists in the applied order; items before `nextShared` are placed. */
  readonly #shared: readonly string[];
  #nextShared = 0;
  readonly #placed: PlacedItem[] = [];
  readonly #done = new Set<string>();
  #left = 0;
  #right = 0;

  constructor(live: readonly ListElement[], applied: readonly ListElement[]) {
    this.#live = live;
    this.#applied = applied;
    const liveTexts = new Set(live.map(({ element }) => element.text));
    const texts = applied.map(({ element }) => element.text);
    this.#appliedTexts = new Set(texts);
    this.#shared = texts.filter((text) => liveTexts.has(text));
  }

  run(): PlacedItem[] {
    while (this.#left < this.#live.length || this.#right < this.#applied.length) this.#step();
    return this.#placed;
  }

  #step(): void {
    const left = this.#live[this.#left];
    const right = this.#applied[this.#right];
    if (left === undefined || right === undefined) {
      if (left !== undefined) this.#stepLeft(left);
      if (right !== undefined) this.#placeApplied(right);
      return;
    }
    const { text } = left.element;
    if (text === right.element.text) {
      this.#left += 1;
      this.#placeApplied(right);
      return;
    }
    const nextShared = this.#shared[this.#nextShared] ?? text;
    if (!this.#appliedTexts.has(text)) this.#stepLeft(left);
    else if (nextShared !== text) this.#left += 1;
    else {
      if (this.#done.has(text)) this.#left += 1;
      this.#placeApplied(right);
    }
  }

  #stepLeft(item: ListElement): void {
    this.#left += 1;
    if (this.#appliedTexts.has(item.element.text)) return;
    this.#placed.push({ isApplied: false, item });
  }

  #placeApplied(item: ListElement): void {
    const { text } = item.element;
    this.#right += 1;
    this.#done.add(text);
    this.#placed.push({ isApplied: true, item });
    if (this.#shared[this.#nextShared] === text) this.#nextShared += 1;
  }
}
