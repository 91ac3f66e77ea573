import { describe, expect, it } from 'vitest';
import { paced } from '../../../src/cli/paced.js';

const pace = { bytesMin: 1_000, everyMs: 60_000 };

describe('pieces that must keep a pace', () => {
  /** How many bytes are passed on of pieces of this size, one every so many milliseconds. */
  async function passed(count: number, pieceBytes: number, everyMs: number): Promise<number> {
    let nowMs = 0;
    async function* slow() {
      for (let at = 0; at < count; at += 1) {
        nowMs += everyMs;
        yield await Promise.resolve(Buffer.alloc(pieceBytes));
      }
    }
    let bytes = 0;
    for await (const piece of paced(slow(), pace, () => nowMs)) bytes += piece.length;
    return bytes;
  }

  it('pass where they keep it, whatever their size', async () => {
    expect(await passed(100, 100, 5_000)).toBe(10_000);
    expect(await passed(10, 5_000, 50_000)).toBe(50_000);
  });

  it('pass at the end of a source, however little is left', async () => {
    expect(await passed(3, 1, 10_000)).toBe(3);
  });

  it('fail where they merely trickle', async () => {
    await expect(passed(1_000, 1, 1_000)).rejects.toThrow('only 60 bytes came in 60 s');
  });
});
