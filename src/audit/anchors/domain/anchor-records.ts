import { type AnchoredTree, anchoredTree, isSameTree } from './anchored-tree.js';

/** A checkpoint as it stands in an anchor file: its note and an empty line. */
export function anchorRecord(note: string): string {
  return `${note}\n`;
}

/** What closes off a record that a crash has cut, so that the next one stands by itself. */
export function closingOf(tail: string): string {
  if (tail === '' || tail.endsWith('\n\n')) return '';
  return tail.endsWith('\n') ? '\n' : '\n\n';
}

/** The whole checkpoints in an anchor file, or in the end of one, oldest first. */
export function anchoredTrees(text: string): readonly AnchoredTree[] {
  const blocks = text.split(/\n\n+/);
  // What follows the last empty line may still be half a record.
  blocks.pop();
  return blocks.slice(0, -1).flatMap((body, index) => {
    const tree = anchoredTree(`${body}\n\n${blocks[index + 1]}\n`);
    return tree === undefined ? [] : [tree];
  });
}

/**
 * The checkpoints of a file that still hold: those up to one whose loss was accepted hold no more,
 * since the log went on from another place.
 */
export function heldTrees(
  trees: readonly AnchoredTree[],
  accepted: readonly AnchoredTree[],
): readonly AnchoredTree[] {
  const from = trees.findLastIndex((tree) => accepted.some((one) => isSameTree(one, tree))) + 1;
  return trees.slice(from);
}
