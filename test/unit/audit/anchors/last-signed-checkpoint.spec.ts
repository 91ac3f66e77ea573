import { describe, expect, it } from 'vitest';
import { LastSignedCheckpoint } from '../../../../src/audit/anchors/last-signed-checkpoint.js';
import type { Acceptance } from '../../../../src/audit/log/domain/acceptance.js';
import { acceptanceOf, noteOf } from './domain/notes.js';

const branch = 'a'.repeat(64);
const tree = (size: number, byte = 0) => ({ size, root: Buffer.alloc(32, byte) });
const checkpoint = (size: number, named?: string) => {
  const note = noteOf(size, undefined, named === undefined ? {} : { branch: named });
  return { ...tree(size), note, signedMs: 0 };
};
const sizesIn = async (signed: LastSignedCheckpoint, accepted: readonly Acceptance[]) =>
  (await signed.held({ accepted })).notes.map(({ size }) => size);

describe('what a process has signed last', () => {
  it('is remembered, the newest alone', async () => {
    const signed = new LastSignedCheckpoint();
    expect(await sizesIn(signed, [])).toEqual([]);
    await signed.put(checkpoint(5));
    await signed.put(checkpoint(9, branch));
    expect((await signed.held({ accepted: [] })).notes).toEqual([{ ...tree(9), branch }]);
    expect(signed.newest?.size).toBe(9);
  });

  it('is given up once the loss of as much or more of its branch was accepted since', async () => {
    for (const former of [tree(9), tree(12, 1)]) {
      const accepted = [acceptanceOf(former)];
      const signed = new LastSignedCheckpoint();
      await signed.held({ accepted: [] });
      await signed.put(checkpoint(9));
      expect(await sizesIn(signed, accepted)).toEqual([]);
      expect(signed.newest).toBeUndefined();
      await signed.put(checkpoint(7, branch));
      expect(await sizesIn(signed, accepted)).toEqual([7]);
    }
  });

  it('tells once that it is given up', async () => {
    let told = 0;
    const signed = new LastSignedCheckpoint();
    signed.onGivenUp(() => void (told += 1));
    const [little, much] = [acceptanceOf(tree(4)), acceptanceOf(tree(12))];
    await signed.held({ accepted: [little] });
    await signed.put(checkpoint(9));
    await signed.held({ accepted: [little] });
    expect(told).toBe(0);
    await signed.held({ accepted: [little, much] });
    await signed.held({ accepted: [little, much] });
    expect(told).toBe(1);
  });

  it('is not given up by what was accepted before, of less, or of another branch', async () => {
    const former = [acceptanceOf(tree(600, 1))];
    const signed = new LastSignedCheckpoint();
    await signed.held({ accepted: former });
    await signed.put(checkpoint(9));
    expect(await sizesIn(signed, former)).toEqual([9]);
    expect(await sizesIn(signed, [...former, acceptanceOf(tree(8))])).toEqual([9]);
    expect(await sizesIn(signed, [...former, acceptanceOf({ ...tree(12), branch })])).toEqual([9]);
    expect(await sizesIn(signed, [...former, acceptanceOf(tree(9))])).toEqual([]);
  });
});
