import { afterEach, describe, expect, it, vi } from 'vitest';
import { PaceExceeded, ReviewPace } from '../../../src/admission/review-pace.js';
import { admissionLimits } from '../../../src/core/admission-limits.js';

const busy = (ms: number) => {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
};
const of = (owner: string, sizeBytes = 1_000) => ({ owner, sizeBytes });

/** A check that ends when it is told to. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { check: () => promise, end: resolve };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('checks of reviews', () => {
  it('take at most half of the time, however many are sent, and also if they fail', async () => {
    const pace = new ReviewPace();
    const check = (fails: boolean) => () => {
      busy(20);
      return fails ? Promise.reject(new Error('no review')) : Promise.resolve();
    };
    const startMs = performance.now();
    const all = [true, false, true, false].map((fails) => pace.run(of('a'), check(fails)));
    await Promise.allSettled(all);
    // Four checks, and three pauses of the same length. A timer can end a millisecond early.
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(7 * 20 - 3);
  });

  it('are one at a time', async () => {
    const pace = new ReviewPace();
    let running = 0;
    const check = async () => {
      running += 1;
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      return running;
    };
    const sent = Array.from({ length: 5 }, () => pace.run(of('a'), check));
    expect(await Promise.all(sent)).toEqual([0, 0, 0, 0, 0]);
  });

  it('let an owner wait for one check of another who has sent many', async () => {
    const pace = new ReviewPace();
    const order: string[] = [];
    const note = (name: string) => () => Promise.resolve(void order.push(name));
    const first = held();
    const all = [
      pace.run(of('many'), first.check),
      ...['m2', 'm3', 'm4'].map((name) => pace.run(of('many'), note(name))),
      pace.run(of('few'), note('f1')),
    ];
    first.end();
    await Promise.all(all);
    expect(order).toEqual(['f1', 'm2', 'm3', 'm4']);
  });

  it('leave room for others than the owner of large reviews', async () => {
    const pace = new ReviewPace();
    const { heldBytesMax, heldOfOwnerBytesMax } = admissionLimits;
    const first = held();
    const done = () => Promise.resolve('done');
    const running = pace.run(of('many', heldOfOwnerBytesMax), first.check);
    await expect(pace.run(of('many', 1), done)).rejects.toMatchObject({ isOfOwner: true });
    const other = pace.run(of('few', 1_000), done);
    const full = pace.run(of('last', heldBytesMax), done);
    await expect(full).rejects.toMatchObject({ isOfOwner: false, status: 429 });
    first.end();
    await running;
    expect(await other).toBe('done');
    // All room is free again.
    expect(await pace.run(of('last', heldBytesMax), done)).toBe('done');
  });

  it('do not begin after their time, and count for nobody then', async () => {
    vi.useFakeTimers();
    const pace = new ReviewPace();
    const first = held();
    const check = vi.fn(() => Promise.resolve());
    const running = pace.run(of('a'), first.check);
    const late = [of('a'), of('b')].map((one) => pace.run(one, check).catch((error) => error));
    await vi.advanceTimersByTimeAsync(admissionLimits.reviewWaitMsMax);
    const [own, other] = (await Promise.all(late)) as PaceExceeded[];
    expect(own).toBeInstanceOf(PaceExceeded);
    expect([own?.isOfOwner, other?.isOfOwner]).toEqual([true, false]);
    first.end();
    await vi.advanceTimersByTimeAsync(2 * admissionLimits.reviewWaitMsMax);
    await running;
    expect(check).not.toHaveBeenCalled();
    await pace.run(of('b', admissionLimits.heldBytesMax), check);
    expect(check).toHaveBeenCalledTimes(1);
  });

  it('that wait for others are not the cause of their own wait', async () => {
    vi.useFakeTimers();
    const pace = new ReviewPace();
    const first = held();
    const running = pace.run(of('a'), first.check);
    const check = () => Promise.resolve();
    const late = [of('b'), of('b')].map((one) => pace.run(one, check).catch((error) => error));
    await vi.advanceTimersByTimeAsync(admissionLimits.reviewWaitMsMax);
    const refusals = (await Promise.all(late)) as PaceExceeded[];
    expect(refusals.map(({ isOfOwner }) => isOfOwner)).toEqual([false, false]);
    first.end();
    await running;
  });
});
