import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppendQueue } from '../../../src/audit/append-queue.js';

const entry = { json: '{}', stage: 'single' } as const;

describe('the queue of events to be written', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('refuses an event that waited too long, and forgets it', async () => {
    const queue = new AppendQueue({ eventsMax: 2, waitMsMax: 2_000 });
    const fate = expect(queue.add(entry)).rejects.toThrow('in time');
    vi.advanceTimersByTime(1_999);
    expect(queue.depth).toBe(1);
    vi.advanceTimersByTime(1);
    await fate;
    expect(queue.depth).toBe(0);
  });

  it('refuses an event that was taken but not written in time', async () => {
    const queue = new AppendQueue({ eventsMax: 2, waitMsMax: 2_000 });
    const fate = expect(queue.add(entry)).rejects.toThrow('in time');
    const [taken] = queue.take(10);
    vi.advanceTimersByTime(2_000);
    await fate;
    taken?.resolve(7);
    expect(taken?.isSettled).toBe(true);
  });

  it('ends a batch before it holds too many changes, and keeps the order', async () => {
    const queue = new AppendQueue({ eventsMax: 10, waitMsMax: 2_000 });
    const change = { key: 'k', guard: { sql: '', parameters: [] }, rest: [] };
    const given = [entry, { ...entry, change }, { ...entry, change }, entry, { ...entry, change }];
    const fates = given.map((one) => queue.add(one));
    const batches = [queue.take(10, 1), queue.take(10, 1), queue.take(10, 1)];
    expect(batches.map((batch) => batch.length)).toEqual([2, 2, 1]);
    expect(batches.flat().map((one) => one.entry)).toEqual(given);
    for (const one of batches.flat()) one.resolve(0);
    await Promise.all(fates);
  });

  it('refuses at once what exceeds its size', async () => {
    const queue = new AppendQueue({ eventsMax: 1, waitMsMax: 2_000 });
    const first = queue.add(entry);
    await expect(queue.add(entry)).rejects.toThrow('full');
    queue.take(1)[0]?.resolve(0);
    await expect(first).resolves.toBe(0);
  });
});
