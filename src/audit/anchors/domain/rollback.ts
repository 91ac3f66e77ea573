import { type AnchoredNote, isSameTree } from './anchored-tree.js';

/** How a log differs from what was anchored of it. */
export interface Rollback {
  readonly kind: 'shorter' | 'forked';
  readonly anchored: AnchoredNote;
  /** Of the log as it is. */
  readonly size: number;
}

/**
 * What an anchor proves against a log of `size` entries; undefined where the log begins with what
 * was anchored. `rootThere`: root over the log's first `anchored.size` entries, where it has so
 * many.
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

/** Of several rollbacks, the one against the largest tree of each branch. */
export function worstOfBranches(rollbacks: readonly Rollback[]): readonly Rollback[] {
  const worst = new Map<string | undefined, Rollback>();
  for (const rollback of rollbacks) {
    const { branch, size } = rollback.anchored;
    if (size > (worst.get(branch)?.anchored.size ?? -1)) worst.set(branch, rollback);
  }
  return [...worst.values()].toSorted((one, other) => other.anchored.size - one.anchored.size);
}

/** The sentence for operators where a branch that was given up had more entries. */
export function moreLostSentence(size: number): string {
  return (
    `more of the audit log was lost than was accepted: ${size} entries were anchored of the ` +
    'branch that was given up'
  );
}

/** The sentence for operators, which anybody may read. */
export function rollbackSentence({ kind, anchored, size }: Rollback): string {
  return kind === 'shorter'
    ? `the audit log was rolled back: ${anchored.size} entries were anchored, but only ${size} ` +
        'signed ones are there'
    : `the audit log was replaced: its first ${anchored.size} entries are not those that were ` +
        'anchored';
}
