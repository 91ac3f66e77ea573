import { parseCheckpointText } from '../../log/domain/checkpoint.js';
import { parseNote } from '../../log/domain/signed-note.js';

/** A tree that an anchor vouches for. */
export interface AnchoredTree {
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * The tree that a checkpoint's note speaks of; undefined for what is no such note. Signatures are
 * not looked at: whoever restores an old log may have lost its key, too.
 */
export function anchoredTree(note: string): AnchoredTree | undefined {
  const parsed = parseNote(note);
  const checkpoint = parsed && parseCheckpointText(parsed.text);
  return checkpoint && { size: checkpoint.size, root: checkpoint.root };
}

/** Whether both vouch for the same. */
export function isSameTree(one: AnchoredTree, other: AnchoredTree): boolean {
  return one.size === other.size && Buffer.from(one.root).equals(other.root);
}
