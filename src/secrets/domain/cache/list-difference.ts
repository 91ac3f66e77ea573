import type { CachedSecret } from './cached-secret.js';

/** Step between consecutive states of one name; it never contains two different Secrets. */
export interface Step {
  readonly before: CachedSecret | undefined;
  readonly after: CachedSecret | undefined;
}

/** Returns the steps between two states of a name: none, a change, or an end and a new object. */
export function stepsBetween(
  before: CachedSecret | undefined,
  after: CachedSecret | undefined,
): readonly Step[] {
  if (before === undefined || after === undefined) {
    return before === after ? [] : [{ before, after }];
  }
  if (before.uid !== after.uid) {
    return [
      { before, after: undefined },
      { before: undefined, after },
    ];
  }
  return isSameState(before, after) ? [] : [{ before, after }];
}

/** Compares states: after a cluster restore, one version may have two contents. */
export function isSameState(one: CachedSecret, other: CachedSecret): boolean {
  return (
    one === other ||
    (one.uid === other.uid &&
      one.resourceVersion === other.resourceVersion &&
      one.document.equals(other.document))
  );
}

/** Returns the steps between two lists of a namespace, in the order of names. */
export function listDifference(
  before: ReadonlyMap<string, CachedSecret>,
  after: ReadonlyMap<string, CachedSecret>,
): readonly Step[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .flatMap((name) => stepsBetween(before.get(name), after.get(name)))
    .toSorted(byName);
}

/** Compares names; stable: for one name, the end comes before the new object. */
function byName(one: Step, other: Step): number {
  const [a, b] = [nameOf(one), nameOf(other)];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function nameOf({ before, after }: Step): string {
  return (after ?? before)?.name ?? '';
}
