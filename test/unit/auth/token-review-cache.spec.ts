import { beforeEach, describe, expect, it } from 'vitest';
import { TokenReviewCache } from '../../../src/auth/token-review-cache.js';
import { type TokenReview, TokenReviewer } from '../../../src/auth/token-reviewer.js';
import { SecretValue } from '../../../src/core/secret-value.js';
import { ManualClock } from './manual-clock.js';

const user = { username: 'system:serviceaccount:a:b', uid: 'u', groups: [], extra: {} };
const theirs: TokenReview = { authenticated: true, audiences: ['sallyport'], user };

class CountedReviewer extends TokenReviewer {
  asked = 0;
  answer: () => Promise<TokenReview | undefined> = () => Promise.resolve(theirs);

  override review(): Promise<TokenReview | undefined> {
    this.asked += 1;
    return this.answer();
  }
}

let clock: ManualClock;
let reviewer: CountedReviewer;
let cache: TokenReviewCache;

beforeEach(() => {
  clock = new ManualClock();
  reviewer = new CountedReviewer();
  cache = new TokenReviewCache(reviewer, clock);
});

const ask = (text = 'token', expiresAtMs?: number) =>
  cache.review(SecretValue.fromBytes(Buffer.from(text)), 'sallyport', expiresAtMs);

describe('a token that was right a moment ago', () => {
  const known = (text = 'token') => cache.known(SecretValue.fromBytes(Buffer.from(text)));

  it('is known for as long as its review is kept, and no other is', async () => {
    expect(known()).toBeUndefined();
    await ask();
    expect(known()).toBe(theirs);
    expect(known('another')).toBeUndefined();
    clock.advance(5_000);
    expect(known()).toBeUndefined();
  });

  it('holds until its review goes or another takes its place', async () => {
    const token = SecretValue.fromBytes(Buffer.from('token'));
    await ask();
    const holds = cache.currencyOf(token, theirs);
    expect(holds()).toBe(true);
    expect(cache.currencyOf(token, { ...theirs })()).toBe(false);
    clock.advance(5_000);
    expect(holds()).toBe(false);
    reviewer.answer = () => Promise.resolve({ ...theirs });
    await ask();
    expect(holds()).toBe(false);
  });

  it('is not known past its own end', async () => {
    await ask('token', clock.nowMs() + 2_000);
    clock.advance(2_000);
    expect(known()).toBeUndefined();
  });

  it.each([undefined, { ...theirs, authenticated: false }])(
    'is not one that was refused',
    async (answer) => {
      reviewer.answer = () => Promise.resolve(answer);
      await ask();
      expect(known()).toBeUndefined();
    },
  );
});

describe('a review', () => {
  it('is kept for five seconds, and asked for anew afterwards', async () => {
    expect(await ask()).toBe(theirs);
    clock.advance(4_999);
    expect(await ask()).toBe(theirs);
    expect(reviewer.asked).toBe(1);
    reviewer.answer = () => Promise.resolve(undefined);
    clock.advance(1);
    expect(await ask()).toBeUndefined();
  });

  it('is never kept past the end of its token', async () => {
    await ask('token', clock.nowMs() + 2_000);
    clock.advance(2_000);
    await ask('token', clock.nowMs());
    expect(reviewer.asked).toBe(2);
  });

  it('is kept no longer where the clock of the machine is set back', async () => {
    await ask();
    clock.setBack(600_000);
    reviewer.answer = () => Promise.resolve(undefined);
    clock.advance(4_999);
    expect(await ask()).toBe(theirs);
    clock.advance(1);
    expect(await ask()).toBeUndefined();
  });

  it('that says no is kept for one second', async () => {
    reviewer.answer = () => Promise.resolve(undefined);
    await ask();
    clock.advance(999);
    await ask();
    expect(reviewer.asked).toBe(1);
    clock.advance(1);
    await ask();
    expect(reviewer.asked).toBe(2);
  });

  it('is shared by all who ask at once, and is that of their own token', async () => {
    reviewer.answer = () => new Promise((resolve) => setImmediate(resolve, theirs));
    await Promise.all(Array.from({ length: 50 }, (_, i) => ask(`token-${i % 2}`)));
    expect(reviewer.asked).toBe(2);
  });

  it('counts from when it was asked for, not from when it came', async () => {
    reviewer.answer = () => {
      clock.advance(3_000);
      return Promise.resolve(theirs);
    };
    await ask();
    clock.advance(2_000);
    await ask();
    expect(reviewer.asked).toBe(2);
  });

  it('that failed is not kept', async () => {
    reviewer.answer = () => Promise.reject(new Error('away'));
    await expect(ask()).rejects.toThrow('away');
    reviewer.answer = () => Promise.resolve(theirs);
    expect(await ask()).toBe(theirs);
  });

  it('gives way to newer ones where there are too many', async () => {
    for (let i = 0; i <= 10_000; i += 1) await ask(`token-${i}`);
    await ask('token-10000');
    expect(reviewer.asked).toBe(10_001);
    await ask('token-0');
    expect(reviewer.asked).toBe(10_002);
  });
});
