import { limits } from '../../../core/limits.js';
import type { LabelRequirement } from '../label-selector.js';
import type { StringMap } from '../secret.js';
import { OrderedNames } from './ordered-names.js';

/** Names of Secrets by their labels, so that a selector checks few of them. */
export class LabelIndex {
  readonly #byKey = new Map<string, Map<string, OrderedNames>>();
  /** Secrets with too many labels to be worth an index. */
  readonly #others = new OrderedNames();

  add(name: string, labels: StringMap): void {
    if (isTooMany(labels)) return this.#others.add(name);
    for (const [key, value] of Object.entries(labels)) {
      const byValue = this.#byKey.get(key) ?? new Map<string, OrderedNames>();
      this.#byKey.set(key, byValue);
      const names = byValue.get(value) ?? new OrderedNames();
      byValue.set(value, names);
      names.add(name);
    }
  }

  remove(name: string, labels: StringMap): void {
    if (isTooMany(labels)) return this.#others.remove(name);
    for (const [key, value] of Object.entries(labels)) {
      const byValue = this.#byKey.get(key);
      const names = byValue?.get(value);
      names?.remove(name);
      if (names?.length === 0) byValue?.delete(value);
      if (byValue?.size === 0) this.#byKey.delete(key);
    }
  }

  /**
   * Returns the smallest set of names that includes all that fulfil the requirements; undefined if
   * it has more than `countMax`.
   */
  candidates(
    requirements: readonly LabelRequirement[],
    countMax: number,
  ): OrderedNames | undefined {
    let fewest: readonly OrderedNames[] | undefined;
    let count = countMax + 1;
    for (const requirement of requirements) {
      const groups = this.#fulfilling(requirement);
      const size = groups?.reduce((sum, { length }) => sum + length, 0) ?? count;
      if (size >= count) continue;
      fewest = groups;
      count = size;
    }
    if (fewest === undefined) return undefined;
    const [only] = fewest;
    if (fewest.length === 1) return only;
    // A Secret has one value of a label or is among the others, and so is in one group.
    return new OrderedNames(fewest.flatMap((names) => [...names]).toSorted(byCodeUnit));
  }

  /** Returns matching names; undefined if a required label does not exist. */
  #fulfilling({ key, operator, values }: LabelRequirement): readonly OrderedNames[] | undefined {
    const byValue = this.#byKey.get(key);
    const others = this.#others.length === 0 ? [] : [this.#others];
    if (operator === 'exists') return [...(byValue?.values() ?? []), ...others];
    if (operator !== 'in') return undefined;
    return [...[...values].flatMap((value) => byValue?.get(value) ?? []), ...others];
  }
}

function isTooMany(labels: StringMap): boolean {
  return Object.keys(labels).length > limits.cacheLabelsIndexedMax;
}

function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
