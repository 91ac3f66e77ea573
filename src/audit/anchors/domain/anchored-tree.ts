import { branchIn, checkpointText, openCheckpoint } from '../../log/domain/checkpoint.js';
import type { NoteVerifier } from '../../log/domain/note-key.js';
import { parseNote } from '../../log/domain/signed-note.js';

/** Tree that an anchor confirms. */
export interface AnchoredTree {
  readonly size: number;
  readonly root: Uint8Array;
}

/** Anchored tree with the branch that its checkpoint names. */
export interface AnchoredNote extends AnchoredTree {
  readonly branch?: string;
}

/**
 * Returns the tree of a checkpoint that a key of this log has signed; undefined for anything else.
 * No other text than the gateway's is allowed, so that a note has one spelling and is short.
 */
export function anchoredNote(
  note: string,
  verifiers: readonly NoteVerifier[],
): AnchoredNote | undefined {
  const parsed = parseNote(note);
  if (parsed?.signatures.length !== 1) return undefined;
  const checkpoint = openCheckpoint(note, verifiers);
  if (checkpoint === undefined || checkpointText(checkpoint) !== parsed.text) return undefined;
  const { size, root, branch } = checkpoint;
  return { size, root, ...(branch !== undefined && { branch }) };
}

/** Returns the tree of a checkpoint that this process has signed, or has found signed. */
export function noteOf(checkpoint: AnchoredTree & { readonly note: string }): AnchoredNote {
  const { size, root, note } = checkpoint;
  const branch = branchIn(note);
  return { size, root, ...(branch !== undefined && { branch }) };
}

/** Reports whether both trees are equal. */
export function isSameTree(one: AnchoredTree, other: AnchoredTree): boolean {
  return one.size === other.size && Buffer.from(one.root).equals(other.root);
}
