import type { SecretData } from './secret.js';

/** Names of keys, sorted; never values. */
export interface KeyChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Returns the changes between two sets of values. */
export function keyChanges(before: SecretData, after: SecretData): KeyChanges {
  const added: string[] = [];
  const changed: string[] = [];
  for (const [key, value] of after) {
    const previous = before.get(key);
    if (previous === undefined) added.push(key);
    else if (!previous.equals(value)) changed.push(key);
  }
  const removed = [...before.keys()].filter((key) => !after.has(key));
  return { added: added.toSorted(), changed: changed.toSorted(), removed: removed.toSorted() };
}

/** Reports whether no key was added, changed or removed. */
export function isUnchanged(changes: KeyChanges): boolean {
  return changes.added.length + changes.changed.length + changes.removed.length === 0;
}

/** Returns the names of all keys that were added, changed or removed. */
export function changedKeys({ added, changed, removed }: KeyChanges): ReadonlySet<string> {
  return new Set([...added, ...changed, ...removed]);
}
