import { describe, expect, it } from 'vitest';
import { CompactRange } from '../../../../../src/audit/log/domain/compact-range.js';
import { hex, referenceLeaf, referenceRoot, someLeaves, vectors } from './reference-tree.js';

describe('a compact range', () => {
  it('has the roots of the certificate transparency vectors', () => {
    const range = new CompactRange();
    for (const [leaf, root] of vectors) {
      range.append(referenceLeaf(Buffer.from(leaf, 'hex')));
      expect(hex(range.root())).toBe(root);
    }
    expect(range.size).toBe(8);
  });

  it('has the root of RFC 6962 at every size', () => {
    const leaves = someLeaves(300);
    const range = new CompactRange();
    expect(hex(range.root())).toBe(hex(referenceRoot([])));
    leaves.forEach((leaf, index) => {
      range.append(leaf);
      if (index % 7 === 0) {
        expect(hex(range.root())).toBe(hex(referenceRoot(leaves.slice(0, index + 1))));
      }
    });
  });

  it('takes whole subtrees where they begin, and nowhere else', () => {
    const leaves = someLeaves(8);
    const range = new CompactRange();
    range.append(referenceRoot(leaves.slice(0, 4)), 2);
    range.append(referenceRoot(leaves.slice(4, 6)), 1);
    expect(() => range.append(referenceRoot(leaves.slice(6)), 2)).toThrow(RangeError);
    range.append(referenceRoot(leaves.slice(6)), 1);
    expect(hex(range.root())).toBe(hex(referenceRoot(leaves)));
    expect(range.hashes).toHaveLength(1);
  });
});
