import { emptyRoot, nodeHash, sameHash } from './tree-hash.js';

export interface InclusionClaim {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Uint8Array[];
}

export interface ConsistencyClaim {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
  readonly hashes: readonly Uint8Array[];
}

/**
 * Returns the root that an inclusion proof leads to; undefined if it has too few or too many
 * hashes. https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3.2
 */
export function rootOfInclusion(claim: InclusionClaim): Uint8Array | undefined {
  if (claim.index >= claim.size) return undefined;
  const { index: node, size, leafHash, hashes } = claim;
  return climb({ node, last: size - 1, seed: leafHash }, hashes)?.newer;
}

/** Reports whether the proof shows that the older tree is the beginning of the newer tree. */
export function isConsistent(claim: ConsistencyClaim): boolean {
  const { from, to, fromRoot, toRoot, hashes } = claim;
  if (from > to) return false;
  if (from === to) return hashes.length === 0 && sameHash(fromRoot, toRoot);
  if (from === 0) return hashes.length === 0 && sameHash(fromRoot, emptyRoot());
  const isWhole = Number.isInteger(Math.log2(from));
  const [seed, ...rest] = isWhole ? [fromRoot, ...hashes] : hashes;
  return seed !== undefined && reachesBoth(claim, seed, rest);
}

/** https://www.rfc-editor.org/rfc/rfc9162#section-2.1.4.2 */
function reachesBoth(
  { from, to, fromRoot, toRoot }: ConsistencyClaim,
  seed: Uint8Array,
  hashes: readonly Uint8Array[],
): boolean {
  let node = from - 1;
  let last = to - 1;
  while (node % 2 === 1) {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  const roots = climb({ node, last, seed }, hashes);
  return roots !== undefined && sameHash(roots.older, fromRoot) && sameHash(roots.newer, toRoot);
}

interface Foot {
  /** Node, and the last node of its level. */
  readonly node: number;
  readonly last: number;
  readonly seed: Uint8Array;
}

/**
 * Climbs to the root of the tree (`newer`), and to the root of the tree which ends with the node
 * (`older`). Returns undefined for too few or too many hashes.
 */
function climb(
  foot: Foot,
  hashes: readonly Uint8Array[],
): { readonly older: Uint8Array; readonly newer: Uint8Array } | undefined {
  let { node, last, seed: older, seed: newer } = foot;
  for (const hash of hashes) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      older = nodeHash(hash, older);
      newer = nodeHash(hash, newer);
      [node, last] = upToOdd(node, last);
    } else {
      newer = nodeHash(newer, hash);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? { older, newer } : undefined;
}

/** Climbs past the levels on which the node is a left child without a right neighbour. */
function upToOdd(node: number, last: number): [number, number] {
  let up: [number, number] = [node, last];
  while (up[0] % 2 === 0 && up[0] !== 0) up = [up[0] / 2, Math.floor(up[1] / 2)];
  return up;
}
