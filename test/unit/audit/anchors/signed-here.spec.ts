import { describe, expect, it } from 'vitest';
import { SignedHere } from '../../../../src/audit/anchors/signed-here.js';

const tree = (size: number, byte = 0) => ({ size, root: Buffer.alloc(32, byte) });
const checkpoint = (size: number) => ({ ...tree(size), note: '', signedMs: 0 });

describe('what a process has signed last', () => {
  it('is remembered, the newest alone', async () => {
    const signed = new SignedHere(() => undefined);
    expect(await signed.held({ accepted: [] })).toEqual([]);
    await signed.put(checkpoint(5));
    await signed.put(checkpoint(9));
    expect(await signed.held({ accepted: [] })).toEqual([checkpoint(9)]);
    expect(signed.newest?.size).toBe(9);
  });

  it('is given up once the loss of as much or more was accepted since', async () => {
    for (const accepted of [[tree(9)], [tree(12, 1)]]) {
      const signed = new SignedHere(() => undefined);
      await signed.held({ accepted: [] });
      await signed.put(checkpoint(9));
      expect(await signed.held({ accepted })).toEqual([]);
      expect(signed.newest).toBeUndefined();
      await signed.put(checkpoint(7));
      expect(await signed.held({ accepted })).toEqual([checkpoint(7)]);
    }
  });

  it('tells once that it is given up', async () => {
    let told = 0;
    const signed = new SignedHere(() => void (told += 1));
    await signed.held({ accepted: [tree(4)] });
    await signed.put(checkpoint(9));
    await signed.held({ accepted: [tree(4)] });
    expect(told).toBe(0);
    await signed.held({ accepted: [tree(4), tree(12)] });
    await signed.held({ accepted: [tree(4), tree(12)] });
    expect(told).toBe(1);
  });

  it('is not given up by what was accepted before, nor by the loss of less', async () => {
    const former = [tree(600, 1)];
    const signed = new SignedHere(() => undefined);
    await signed.held({ accepted: former });
    await signed.put(checkpoint(9));
    expect(await signed.held({ accepted: former })).toEqual([checkpoint(9)]);
    expect(await signed.held({ accepted: [...former, tree(8)] })).toEqual([checkpoint(9)]);
    expect(await signed.held({ accepted: [...former, tree(9)] })).toEqual([]);
  });
});
