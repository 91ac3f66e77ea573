import type { Acceptance } from '../../log/domain/acceptance.js';
import { type AnchoredNote, isSameTree } from './anchored-tree.js';

/**
 * Reports whether an acceptance abandons a checkpoint: the named checkpoint, and smaller ones of
 * its branch. Checkpoints signed after an acceptance are of another branch. So an acceptance never
 * abandons later checkpoints, in whatever order checkpoints and acceptances are found.
 */
export function isGivenUp(note: AnchoredNote, accepted: readonly Acceptance[]): boolean {
  return accepted.some(({ former }) => {
    if (former.branch !== note.branch) return false;
    return note.size < former.size || isSameTree(note, former);
  });
}

/**
 * Reports whether a checkpoint is of an abandoned branch. If the log does not extend it, it proves
 * that the accepted loss had more entries than was known then. The log continues as another branch,
 * so its later checkpoints never match.
 */
export function isOfGivenUpBranch(note: AnchoredNote, accepted: readonly Acceptance[]): boolean {
  return accepted.some(({ former }) => former.branch === note.branch);
}

/** Returns the checkpoints that are still valid, in order. */
export function heldNotes(
  notes: readonly AnchoredNote[],
  accepted: readonly Acceptance[],
): readonly AnchoredNote[] {
  return notes.filter((note) => !isGivenUp(note, accepted));
}

/** Returns the note of the largest tree; of several of that size the first. */
export function largestOf(notes: readonly AnchoredNote[]): AnchoredNote | undefined {
  const [first, ...others] = notes;
  return others.reduce(
    (largest, note) => (note.size > (largest?.size ?? 0) ? note : largest),
    first,
  );
}
