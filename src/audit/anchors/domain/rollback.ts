import { type AnchoredNote, isSameTree } from './anchored-tree.js';

/** Difference between a log and what was anchored of it. */
export interface Rollback {
  readonly kind: 'shorter' | 'forked';
  readonly anchored: AnchoredNote;
  /** Size of the current log. */
  readonly size: number;
}

/**
 * Returns what an anchor proves against a log of `size` entries; undefined if the log begins with
 * the anchored tree. `rootThere`: root over the log's first `anchored.size` entries, if it has
 * them.
 */
export function rollbackAgainst(
  anchored: AnchoredNote,
  log: { readonly size: number; readonly rootThere: Uint8Array | undefined },
): Rollback | undefined {
  const { size, rootThere } = log;
  if (size < anchored.size || rootThere === undefined) return { kind: 'shorter', anchored, size };
  const ours = { size: anchored.size, root: rootThere };
  return isSameTree(ours, anchored) ? undefined : { kind: 'forked', anchored, size };
}

/** Returns the rollback against the largest tree of each branch. */
export function worstOfBranches(rollbacks: readonly Rollback[]): readonly Rollback[] {
  const worst = new Map<string | undefined, Rollback>();
  for (const rollback of rollbacks) {
    const { branch, size } = rollback.anchored;
    if (size > (worst.get(branch)?.anchored.size ?? -1)) worst.set(branch, rollback);
  }
  return [...worst.values()].toSorted((one, other) => other.anchored.size - one.anchored.size);
}

/** Returns the sentence for operators if an abandoned branch had more entries. */
export function moreLostSentence(size: number): string {
  return (
    `more of the audit log was lost than was accepted: ${size} entries were anchored of the ` +
    'branch that was given up'
  );
}

/** Returns the sentence for operators, which is public. */
export function rollbackSentence({ kind, anchored, size }: Rollback): string {
  return kind === 'shorter'
    ? `the audit log was rolled back: ${anchored.size} entries were anchored, but only ${size} ` +
        'signed ones are there'
    : `the audit log was replaced: its first ${anchored.size} entries are not those that were ` +
        'anchored';
}
