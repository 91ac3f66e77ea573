import { describe, expect, it } from 'vitest';
import {
  type ProofPlan,
  nodeName,
  planConsistency,
  planInclusion,
  planRoot,
  proofHashes,
} from '../../../../../src/audit/log/domain/proof-plan.js';
import { foldHashes } from '../../../../../src/audit/log/domain/tree-hash.js';
import {
  hex,
  referencePath,
  referenceRoot,
  referenceSubproof,
  someLeaves,
} from './reference-tree.js';

const SIZE_MAX = 40;
const leaves = someLeaves(SIZE_MAX);

function carriedOut(plan: ProofPlan): readonly string[] {
  const hashes = new Map(
    plan.flat().map((node) => {
      const width = 2 ** node.level;
      const under = leaves.slice(node.index * width, (node.index + 1) * width);
      expect(under).toHaveLength(width);
      return [nodeName(node), referenceRoot(under)];
    }),
  );
  return proofHashes(plan, hashes).map(hex);
}

describe('a plan of a proof', () => {
  it('is the path of RFC 6962 for every leaf of every small tree', () => {
    for (let size = 1; size <= SIZE_MAX; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const path = referencePath(index, leaves.slice(0, size));
        expect(carriedOut(planInclusion(index, size))).toEqual(path.map(hex));
      }
    }
  });

  it('is the consistency proof of RFC 6962 between all small trees', () => {
    for (let to = 1; to <= SIZE_MAX; to += 1) {
      for (let from = 1; from <= to; from += 1) {
        const proof = referenceSubproof(from, leaves.slice(0, to));
        expect(carriedOut(planConsistency(from, to))).toEqual(proof.map(hex));
      }
    }
  });

  it('needs nothing of an empty tree', () => {
    expect(planConsistency(0, 5)).toEqual([]);
  });

  it('refuses leaves and trees that are not there', () => {
    for (const [index, size] of [
      [5, 5],
      [-1, 5],
      [0.5, 5],
      [0, 0],
    ] as const) {
      expect(() => planInclusion(index, size)).toThrow(RangeError);
    }
    expect(() => planConsistency(6, 5)).toThrow(RangeError);
  });

  it('of a root is what the tree is folded from', () => {
    const [hashes] = proofHashes(
      [planRoot(37)],
      new Map(
        planRoot(37).map((node) => {
          const width = 2 ** node.level;
          return [nodeName(node), referenceRoot(leaves.slice(node.index * width).slice(0, width))];
        }),
      ),
    );
    expect(hex(hashes ?? Buffer.alloc(0))).toBe(hex(referenceRoot(leaves.slice(0, 37))));
    expect(planRoot(0)).toEqual([]);
    expect(foldHashes([])).toBeUndefined();
  });

  it('is not carried out with a hash missing', () => {
    expect(() => proofHashes(planInclusion(0, 2), new Map())).toThrow(TypeError);
  });

  it('stays short in a tree of ten million leaves', () => {
    const plan = planInclusion(1_234_567, 10_000_000);
    expect(plan.length).toBeLessThanOrEqual(24);
    expect(plan.flat().length).toBeLessThan(48);
  });
});
