import { afterEach, describe, expect, it, vi } from 'vitest';
import { renewedToken } from '../../../../src/cli/login/renewed-token.js';

afterEach(() => void vi.useRealTimers());

const CALLERS = 20;
const use = { isRefused: false };
const refused = { isRefused: true };

/** A source whose tokens have ended, and that counts how often it is read. */
async function source({ expiresAtSeconds }: { readonly expiresAtSeconds?: number } = {}) {
  const reads: (string | undefined)[] = [];
  const waiting: (() => void)[] = [];
  const state = { fails: false };
  const token = await renewedToken(async (refusedToken) => {
    reads.push(refusedToken);
    const name = `token-${reads.length}`;
    if (reads.length > 1) await new Promise<void>((resolve) => waiting.push(resolve));
    if (state.fails) throw new Error('the issuer cannot be reached');
    return { token: name, ...(expiresAtSeconds !== undefined && { expiresAtSeconds }) };
  });
  return { token, reads, state, answer: () => waiting.splice(0).forEach((resolve) => resolve()) };
}

const many = (call: () => unknown) => Promise.all(Array.from({ length: CALLERS }, call));

describe('a token that has ended', () => {
  it('is renewed once for all callers at the same time', async () => {
    const { token, reads, answer } = await source({ expiresAtSeconds: 1 });
    const all = many(() => token(use));
    answer();
    expect(new Set(await all)).toEqual(new Set(['token-2']));
    expect(reads).toEqual([undefined, undefined]);
  });

  it('is renewed again after a failure, which all callers get', async () => {
    const { token, state, reads, answer } = await source({ expiresAtSeconds: 1 });
    state.fails = true;
    const failed = many(async () => expect(token(use)).rejects.toThrow('cannot be reached'));
    answer();
    await failed;
    state.fails = false;
    const next = token(use);
    answer();
    expect(await next).toBe('token-3');
    expect(reads.length).toBe(3);
  });
});

describe('a token that was refused', () => {
  it('is renewed once for all callers at the same time, and is sent by none of them', async () => {
    const { token, reads, answer } = await source();
    expect(await token(use)).toBe('token-1');
    const all = many(() => token(refused));
    const late = token(use);
    answer();
    expect(new Set([...(await all), await late])).toEqual(new Set(['token-2']));
    expect(reads).toEqual([undefined, 'token-1']);
  });

  it('is not renewed again within 30 s: the refusal is the answer', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { token, reads, answer } = await source();
    const first = token(refused);
    answer();
    expect(await first).toBe('token-2');
    vi.setSystemTime(Date.now() + 29_000);
    expect(await token(refused)).toBe('token-2');
    vi.setSystemTime(Date.now() + 1_000);
    const next = token(refused);
    answer();
    expect(await next).toBe('token-3');
    expect(reads).toEqual([undefined, 'token-1', 'token-2']);
  });
});
