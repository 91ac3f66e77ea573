import type { SecretBytes } from '@sallyport/client';

/** Values of a Secret by key. */
export type ValuesByKey = ReadonlyMap<string, SecretBytes>;

/** Three states of a Secret: before the edit, after it, and what others have written meanwhile. */
export interface EditedStates {
  readonly base: ValuesByKey;
  readonly mine: ValuesByKey;
  readonly theirs: ValuesByKey;
}

export interface MergedEdit {
  /** The merged values; a conflict has the value of the user. */
  readonly values: ValuesByKey;
  /** Keys that both sides have changed, to different values. */
  readonly conflicts: readonly string[];
}

/** Merges an edit with the writes of others, key by key. */
export function mergeEdit({ base, mine, theirs }: EditedStates): MergedEdit {
  const values = new Map<string, SecretBytes>();
  const conflicts: string[] = [];
  for (const key of new Set([...base.keys(), ...mine.keys(), ...theirs.keys()])) {
    const [before, own, other] = [base.get(key), mine.get(key), theirs.get(key)];
    const isMine = !isSame(before, own);
    if (isMine && !isSame(before, other) && !isSame(own, other)) conflicts.push(key);
    const merged = isMine ? own : other;
    if (merged !== undefined) values.set(key, merged);
  }
  return { values, conflicts };
}

/** Changes that lead from one state to another; undefined removes a key. */
export type ChangedKeys = ReadonlyMap<string, SecretBytes | undefined>;

export function changedKeys(from: ValuesByKey, to: ValuesByKey): ChangedKeys {
  const keys = new Set([...from.keys(), ...to.keys()]);
  const changed = [...keys].filter((key) => !isSame(from.get(key), to.get(key)));
  return new Map(changed.map((key) => [key, to.get(key)]));
}

function isSame(one: SecretBytes | undefined, other: SecretBytes | undefined): boolean {
  return one === undefined || other === undefined ? one === other : one.equals(other);
}
