import type { CachedSecret } from './cached-secret.js';

/** From one state to the next of what has one name; never two Secrets of one name in one step. */
export interface Step {
  readonly before: CachedSecret | undefined;
  readonly after: CachedSecret | undefined;
}

/** What lies between two states of one name: nothing, a change, or an end and a new one. */
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

/** In a cluster that was restored one version can come twice, of different content. */
export function isSameState(one: CachedSecret, other: CachedSecret): boolean {
  return (
    one === other ||
    (one.uid === other.uid &&
      one.resourceVersion === other.resourceVersion &&
      one.document.equals(other.document))
  );
}

/** What has happened between two lists of a namespace, in the order of names. */
export function listDifference(
  before: ReadonlyMap<string, CachedSecret>,
  after: ReadonlyMap<string, CachedSecret>,
): readonly Step[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .flatMap((name) => stepsBetween(before.get(name), after.get(name)))
    .toSorted(byName);
}

/** Stable: of one name the end comes before the new one. */
function byName(one: Step, other: Step): number {
  const [a, b] = [nameOf(one), nameOf(other)];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function nameOf({ before, after }: Step): string {
  return (after ?? before)?.name ?? '';
}
