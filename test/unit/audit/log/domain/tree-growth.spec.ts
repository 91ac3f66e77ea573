import { expect, it } from 'vitest';
import { TreeGrowth } from '../../../../../src/audit/log/domain/tree-growth.js';
import { rootWithin } from '../../../../../src/audit/log/domain/tile-hashes.js';
import { hex, referenceRoot, someLeaves } from './reference-tree.js';

const leaves = someLeaves(600);

function grown(count: number): TreeGrowth {
  const growth = new TreeGrowth(0, []);
  for (const leaf of leaves.slice(0, count)) growth.append(leaf);
  return growth;
}

it('has the root of RFC 6962 at every size', () => {
  const growth = new TreeGrowth(0, []);
  expect(hex(growth.root())).toBe(hex(referenceRoot([])));
  leaves.forEach((leaf, index) => {
    growth.append(leaf);
    if (index % 37 > 0 && index % 256 < 254) return;
    expect(hex(growth.root())).toBe(hex(referenceRoot(leaves.slice(0, index + 1))));
  });
});

it('hands out each full tile once', () => {
  const growth = grown(513);
  const tiles = growth.takeFilled();
  expect(tiles.map(({ level, index }) => [level, index])).toEqual([
    [0, 0],
    [0, 1],
  ]);
  expect(hex(tiles[1]?.hashes ?? Buffer.alloc(0))).toBe(leaves.slice(256, 512).map(hex).join(''));
  expect(growth.takeFilled()).toEqual([]);
  expect(growth.edge(0).map(hex)).toEqual([hex(leaves[512] ?? Buffer.alloc(0))]);
  expect(growth.edge(1)).toHaveLength(2);
  expect(growth.edge(9)).toEqual([]);
});

it('fills tiles of upper levels, each hash of which is a tile below', () => {
  const growth = new TreeGrowth(0, []);
  const leaf = leaves[0] ?? Buffer.alloc(0);
  for (let at = 0; at < 65_536; at += 1) growth.append(leaf);
  const tiles = growth.takeFilled();
  const upper = tiles.at(-1);
  expect(tiles).toHaveLength(257);
  expect(upper).toMatchObject({ level: 1, index: 0 });
  const below = rootWithin(tiles[0]?.hashes ?? leaf);
  expect(hex(rootWithin(upper?.hashes ?? leaf, 3, 1))).toBe(hex(below));
  expect(growth.edge(2)).toHaveLength(1);
});

it('goes on from its edges as if it had seen every leaf', () => {
  for (const size of [0, 1, 255, 256, 257, 511, 512, 599]) {
    const before = grown(size);
    const edges = [before.edge(0), before.edge(1)].map((hashes) => Buffer.concat([...hashes]));
    const after = new TreeGrowth(size, edges);
    for (const leaf of leaves.slice(size)) after.append(leaf);
    expect(hex(after.root())).toBe(hex(referenceRoot(leaves)));
    expect(after.size).toBe(600);
  }
});
