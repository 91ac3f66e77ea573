import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import { Upkeep } from '../../../../src/platform/lifecycle/upkeep.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('upkeep', () => {
  it('runs every task, whichever of them fails', async () => {
    const upkeep = new Upkeep();
    const last = vi.fn(() => Promise.resolve());
    upkeep.add(() => Promise.reject(new Error('no database')));
    upkeep.add(() => {
      throw new Error('at once');
    });
    upkeep.add(last);
    await upkeep.run();
    expect(last).toHaveBeenCalledTimes(1);
  });

  it('repeats its tasks from its start to its stop', () => {
    const upkeep = new Upkeep();
    const task = vi.fn(() => Promise.resolve());
    upkeep.add(task);
    vi.advanceTimersByTime(limits.upkeepMs);
    expect(task).not.toHaveBeenCalled();
    upkeep.start();
    upkeep.start();
    vi.advanceTimersByTime(3 * limits.upkeepMs);
    expect(task).toHaveBeenCalledTimes(3);
    upkeep.stop();
    vi.advanceTimersByTime(3 * limits.upkeepMs);
    expect(task).toHaveBeenCalledTimes(3);
  });
});
