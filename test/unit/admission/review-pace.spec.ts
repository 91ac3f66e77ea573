import { describe, expect, it } from 'vitest';
import { admissionLimits } from '../../../src/core/admission-limits.js';
import { ReviewPace } from '../../../src/admission/review-pace.js';

const busy = (ms: number) => {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
};

describe('checks of reviews', () => {
  it('take at most half of the time, however many are sent, and also if they fail', async () => {
    const pace = new ReviewPace();
    const check = (fails: boolean) => () => {
      busy(20);
      return fails ? Promise.reject(new Error('no review')) : Promise.resolve();
    };
    const startMs = performance.now();
    const all = [true, false, true, false].map((fails) => pace.run(check(fails)));
    await Promise.allSettled(all);
    // Four checks, and three pauses of the same length.
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(7 * 20);
  });

  it('are one at a time, and few wait', async () => {
    const pace = new ReviewPace();
    let running = 0;
    const check = async () => {
      running += 1;
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      return running;
    };
    const sent = Array.from({ length: admissionLimits.reviewsAtOnceMax + 2 }, () =>
      pace.run(check),
    );
    const ended = await Promise.allSettled(sent);
    expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(ended.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))).toEqual(
      Array.from({ length: admissionLimits.reviewsAtOnceMax + 1 }, () => 0),
    );
  });
});
