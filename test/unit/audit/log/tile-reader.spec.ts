import { beforeAll, describe, expect, it } from 'vitest';
import { TreeGrowth } from '../../../../src/audit/log/domain/tree-growth.js';
import { tileWidth } from '../../../../src/audit/log/domain/tile-path.js';
import { isConsistent, rootOfInclusion } from '../../../../src/audit/log/domain/verify-proof.js';
import { LogDamaged } from '../../../../src/audit/log/log-damaged.js';
import { LogProofs } from '../../../../src/audit/log/log-proofs.js';
import { TileReader } from '../../../../src/audit/log/tile-reader.js';
import { hex, someLeaves } from './domain/reference-tree.js';

const SIZE = 70_000;
const SIZES = [1, 255, 256, 257, 65_535, 65_536, 65_537, 69_999, SIZE];

/** A log in memory, as its tables hold it. */
class MemoryLog {
  readonly leaves = someLeaves(SIZE);
  readonly roots = new Map<number, Uint8Array>();
  readonly tiles = new Map<string, Uint8Array>();
  reads = 0;

  constructor() {
    const growth = new TreeGrowth(0, []);
    this.leaves.forEach((leaf, index) => {
      growth.append(leaf);
      if (SIZES.includes(index + 1)) this.roots.set(index + 1, growth.root());
    });
    for (const { level, index, hashes } of growth.takeFilled()) {
      this.tiles.set(`${level}/${index}`, hashes);
    }
  }

  tile(level: number, index: number): Promise<Uint8Array | undefined> {
    this.reads += 1;
    return Promise.resolve(this.tiles.get(`${level}/${index}`));
  }

  leafHashes(from: number, to: number): Promise<Uint8Array> {
    return Promise.resolve(Buffer.concat(this.leaves.slice(from, to)));
  }
}

describe('tiles of a log of three levels', () => {
  let log: MemoryLog;
  let reader: TileReader;

  beforeAll(() => {
    log = new MemoryLog();
    reader = new TileReader(log);
  });

  const rootOf = (size: number) => log.roots.get(size) ?? Buffer.alloc(0);

  it('lead to the root of every size that the log has had', async () => {
    const proofs = new LogProofs(reader);
    for (const size of SIZES) expect(hex(await proofs.root(size))).toBe(hex(rootOf(size)));
    for (const size of SIZES) {
      const growth = new TreeGrowth(size, await reader.edge(size));
      expect(hex(growth.root())).toBe(hex(rootOf(size)));
    }
  });

  it('prove leaves and growth between any two sizes', async () => {
    const proofs = new LogProofs(reader);
    for (const size of SIZES) {
      for (const index of [0, 1, 255, 256, 65_535, 65_536, size - 1]) {
        if (index >= size) continue;
        const { leafHash, hashes } = await proofs.inclusion(index, size);
        expect(hex(leafHash)).toBe(hex(log.leaves[index] ?? leafHash));
        const root = rootOfInclusion({ leafHash, index, size, hashes });
        expect(hex(root ?? leafHash)).toBe(hex(rootOf(size)));
      }
      for (const from of SIZES.filter((one) => one <= size)) {
        const hashes = await proofs.consistency(from, size);
        const roots = { fromRoot: rootOf(from), toRoot: rootOf(size) };
        expect(isConsistent({ from, to: size, ...roots, hashes })).toBe(true);
      }
    }
  });

  it('have the widths of the specification, partial ones of older trees too', async () => {
    const width = tileWidth({ level: 1, index: 1 }, SIZE);
    expect(width).toBe(17);
    expect(await reader.tile(1, 1, width)).toHaveLength(17 * 32);
    const whole = await reader.tile(0, 3, 256);
    expect(hex(await reader.tile(0, 3, 5))).toBe(hex(whole.subarray(0, 5 * 32)));
  });

  it('are read once where a partial tile is made of them', async () => {
    const proofs = new LogProofs(reader);
    await proofs.inclusion(5, SIZE);
    log.reads = 0;
    await proofs.inclusion(6, SIZE);
    expect(log.reads).toBeLessThan(20);
    reader.forget();
    await proofs.inclusion(6, SIZE);
    expect(log.reads).toBeGreaterThan(20);
  });

  it('are missed where they are gone', async () => {
    await expect(reader.tile(0, 999, 256)).rejects.toThrow(LogDamaged);
  });
});
