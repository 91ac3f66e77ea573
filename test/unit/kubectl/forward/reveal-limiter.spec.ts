import { describe, expect, it } from 'vitest';
import { RevealLimiter } from '../../../../src/kubectl/forward/reveal-limiter.js';

describe('streams that write down what they show', () => {
  it('have no more events waiting together than there is room for', async () => {
    const turns = new RevealLimiter(10);
    let waiting = 0;
    let most = 0;
    const one = () =>
      turns.run(4, async () => {
        waiting += 4;
        most = Math.max(most, waiting);
        await Promise.resolve();
        waiting -= 4;
      });
    await Promise.all(Array.from({ length: 20 }, one));
    expect(most).toBe(8);
  });

  it('all get their turn, also one with more than there is room for, and after a failure', async () => {
    const turns = new RevealLimiter(2);
    const failed = turns.run(1, () => Promise.reject(new Error('full')));
    await expect(failed).rejects.toThrow('full');
    expect(await turns.run(5, () => Promise.resolve('done'))).toBe('done');
  });
});
