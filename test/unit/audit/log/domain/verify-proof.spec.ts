import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isConsistent, rootOfInclusion } from '../../../../../src/audit/log/domain/verify-proof.js';
import {
  hex,
  referencePath,
  referenceRoot,
  referenceSubproof,
  someLeaves,
} from './reference-tree.js';

const SIZE_MAX = 70;
const leaves = someLeaves(SIZE_MAX);
const sizes = fc.integer({ min: 1, max: SIZE_MAX });
const noHash = Buffer.alloc(0);

/** One bit of one hash flipped. */
function flipped(hashes: readonly Uint8Array[], seed: number): Uint8Array[] {
  return hashes.map((hash, at) => {
    const copy = Buffer.from(hash);
    if (at === seed % hashes.length) copy[seed % 32] = (copy[seed % 32] ?? 0) ^ (1 << (seed % 8));
    return copy;
  });
}

describe('an inclusion proof', () => {
  it('leads every leaf of every tree to the root', () => {
    for (let size = 1; size <= SIZE_MAX; size += 1) {
      const tree = leaves.slice(0, size);
      const root = hex(referenceRoot(tree));
      tree.forEach((leafHash, index) => {
        const hashes = referencePath(index, tree);
        const reached = rootOfInclusion({ leafHash, index, size, hashes });
        expect(hex(reached ?? noHash)).toBe(root);
      });
    }
  });

  it('leads nowhere else after any change', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, place, seed) => {
        const tree = leaves.slice(0, size);
        const index = place % size;
        const hashes = referencePath(index, tree);
        const claim = { leafHash: leaves[index] ?? noHash, index, size, hashes };
        const others = [
          { ...claim, leafHash: flipped([claim.leafHash], seed)[0] ?? noHash },
          { ...claim, hashes: [...hashes, leaves[0] ?? noHash] },
          ...(hashes.length === 0
            ? []
            : [
                { ...claim, hashes: flipped(hashes, seed) },
                { ...claim, hashes: hashes.slice(1) },
                { ...claim, hashes: hashes.slice(0, -1) },
                { ...claim, index: index ^ 1 },
              ]),
          { ...claim, index: size },
        ];
        for (const other of others) {
          expect(hex(rootOfInclusion(other) ?? noHash)).not.toBe(hex(referenceRoot(tree)));
        }
      }),
    );
  });
});

describe('a consistency proof', () => {
  const claimOf = (from: number, to: number) => ({
    from,
    to,
    fromRoot: referenceRoot(leaves.slice(0, from)),
    toRoot: referenceRoot(leaves.slice(0, to)),
    hashes: referenceSubproof(from, leaves.slice(0, to)),
  });

  it('holds between all trees of one log', () => {
    for (let to = 1; to <= SIZE_MAX; to += 1) {
      for (let from = 1; from <= to; from += 1) expect(isConsistent(claimOf(from, to))).toBe(true);
    }
    expect(
      isConsistent({ ...claimOf(1, 9), from: 0, fromRoot: referenceRoot([]), hashes: [] }),
    ).toBe(true);
  });

  it('does not hold after any change', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.nat(), (one, other, seed) => {
        const from = Math.min(one, other);
        const claim = claimOf(from, Math.max(one, other));
        const { fromRoot, toRoot, hashes } = claim;
        const others = [
          { ...claim, fromRoot: flipped([fromRoot], seed)[0] ?? noHash },
          { ...claim, toRoot: flipped([toRoot], seed)[0] ?? noHash },
          { ...claim, hashes: [...hashes, fromRoot] },
          { ...claim, from: claim.to + 1 },
          ...(hashes.length === 0
            ? []
            : [
                { ...claim, hashes: flipped(hashes, seed) },
                { ...claim, hashes: hashes.slice(1) },
                { ...claim, hashes: [] },
              ]),
        ];
        for (const changed of others) expect(isConsistent(changed)).toBe(false);
      }),
    );
  });

  it('does not hold for an empty tree that is none', () => {
    const claim = { ...claimOf(1, 9), from: 0, hashes: [] };
    expect(isConsistent(claim)).toBe(false);
  });
});
