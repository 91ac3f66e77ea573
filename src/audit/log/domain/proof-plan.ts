import { foldHashes } from './tree-hash.js';

/** Perfect subtree: the leaves from `index * 2^level` up to `(index + 1) * 2^level`. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
}

/** For each hash of a proof, the perfect subtrees that it is made of, from left to right. */
export type ProofPlan = readonly (readonly TreeNode[])[];

/**
 * Returns the parts of the inclusion proof of a leaf in a tree of `size`, from the leaf's sibling
 * up. Throws RangeError for a leaf that is not in the tree.
 * https://www.rfc-editor.org/rfc/rfc6962#section-2.1.1
 */
export function planInclusion(index: number, size: number): ProofPlan {
  if (!isCount(index) || !isCount(size) || index >= size) throw new RangeError('no such leaf');
  const plan: TreeNode[][] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      plan.unshift(subtreesOf(middle, end));
      end = middle;
    } else {
      plan.unshift(subtreesOf(start, middle));
      start = middle;
    }
  }
  return plan;
}

/**
 * Returns the parts of the proof that the tree of size `from` is the beginning of the tree of size
 * `to`. Throws RangeError if `from` is larger. https://www.rfc-editor.org/rfc/rfc6962#section-2.1.2
 */
export function planConsistency(from: number, to: number): ProofPlan {
  if (!isCount(from) || !isCount(to) || from > to) throw new RangeError('no such trees');
  if (from === 0 || from === to) return [];
  const plan: TreeNode[][] = [];
  let start = 0;
  let end = to;
  while (from !== end) {
    const middle = start + splitOf(end - start);
    if (from <= middle) {
      plan.unshift(subtreesOf(middle, end));
      end = middle;
    } else {
      plan.unshift(subtreesOf(start, middle));
      start = middle;
    }
  }
  // The verifier knows the whole older tree.
  return start === 0 ? plan : [subtreesOf(start, end), ...plan];
}

/** Returns the perfect subtrees of the tree of this size, which its root is made of. */
export function planRoot(size: number): readonly TreeNode[] {
  return subtreesOf(0, size);
}

/** Returns the hashes of a proof from `hashes`; throws TypeError if a planned hash is missing. */
export function proofHashes(
  plan: ProofPlan,
  hashes: ReadonlyMap<string, Uint8Array>,
): readonly Uint8Array[] {
  return plan.map((nodes) => {
    const found = nodes.map((node) => {
      const hash = hashes.get(nodeName(node));
      if (hash === undefined) throw new TypeError('a planned hash was not looked up');
      return hash;
    });
    return foldHashes(found) ?? new Uint8Array();
  });
}

/** Returns the name of a node in a map. */
export function nodeName({ level, index }: TreeNode): string {
  return `${level}:${index}`;
}

/** Returns the largest power of two below. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

/** Returns subtrees from left to right; the tree must split at `start`. */
function subtreesOf(start: number, end: number): TreeNode[] {
  const nodes: TreeNode[] = [];
  let at = start;
  while (at < end) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level += 1;
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
