import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallEnd } from '../../../src/kubernetes/call-end.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a call', () => {
  it('ends late at its deadline', () => {
    const end = new CallEnd(100, undefined);
    vi.advanceTimersByTime(99);
    expect(end.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(end).toMatchObject({ isLate: true });
    expect(end.signal.aborted).toBe(true);
  });

  it('ends with its caller, and is not late then', () => {
    const caller = new AbortController();
    const end = new CallEnd(100, caller.signal);
    caller.abort();
    expect(end.signal.aborted).toBe(true);
    expect(end.isLate).toBe(false);
    expect(new CallEnd(100, caller.signal).signal.aborted).toBe(true);
  });

  it('holds neither a timer nor its caller once it is over', () => {
    const caller = new AbortController();
    const end = new CallEnd(100, caller.signal);
    end.release();
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
    caller.abort();
    expect(end.signal.aborted).toBe(false);
  });
});
