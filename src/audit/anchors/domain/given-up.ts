import type { Acceptance } from '../../log/domain/acceptance.js';
import { type AnchoredNote, isSameTree } from './anchored-tree.js';

/**
 * Whether an acceptance gives a checkpoint up: the one that it names, and smaller ones of the same
 * branch. What is signed after an acceptance is of another branch, so an acceptance never gives up
 * what came after it, in whatever order checkpoints and acceptances are found.
 */
export function isGivenUp(note: AnchoredNote, accepted: readonly Acceptance[]): boolean {
  return accepted.some(({ former }) => {
    if (former.branch !== note.branch) return false;
    return note.size < former.size || isSameTree(note, former);
  });
}

/**
 * Whether a checkpoint is of a branch that was given up: where the log does not lead to it, it is
 * evidence of the same loss, of more entries than was known when that was accepted. The log has
 * gone on as another branch, so none of its later checkpoints is meant.
 */
export function isOfGivenUpBranch(note: AnchoredNote, accepted: readonly Acceptance[]): boolean {
  return accepted.some(({ former }) => former.branch === note.branch);
}

/** The checkpoints that still hold, in their order. */
export function heldNotes(
  notes: readonly AnchoredNote[],
  accepted: readonly Acceptance[],
): readonly AnchoredNote[] {
  return notes.filter((note) => !isGivenUp(note, accepted));
}

/** The one that vouches for most entries; of several of that size the first. */
export function largestOf(notes: readonly AnchoredNote[]): AnchoredNote | undefined {
  const [first, ...others] = notes;
  return others.reduce(
    (largest, note) => (note.size > (largest?.size ?? 0) ? note : largest),
    first,
  );
}
