import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { WorkQueue } from '../../../src/core/work-queue.js';

const ended = () => new Error('it has ended');

describe('a queue of work', () => {
  let queue: WorkQueue;
  let begun: string[];
  let over: AbortController;
  const ends = new Map<string, () => void>();

  beforeEach(() => {
    queue = new WorkQueue(2);
    begun = [];
    over = new AbortController();
    ends.clear();
  });

  const run = (name: string, signal = new AbortController().signal) => {
    const work = () =>
      new Promise<string>((resolve) => {
        begun.push(name);
        ends.set(name, () => resolve(name));
      });
    return queue.run(signal, work, ended);
  };
  const begins = (...names: string[]) => vi.waitFor(() => expect(begun).toEqual(names));

  it('begins what there is room for at once, and the rest in its order as room comes', async () => {
    const all = ['a', 'b', 'c', 'd'].map((name) => run(name));
    await begins('a', 'b');
    ends.get('b')?.();
    await begins('a', 'b', 'c');
    ends.get('a')?.();
    await begins('a', 'b', 'c', 'd');
    ends.get('c')?.();
    ends.get('d')?.();
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('lets others take their turn also where nothing is waited for', async () => {
    let done = 0;
    const work = () => Promise.resolve(void (done += 1));
    const all = Array.from({ length: 10 }, () => queue.run(over.signal, work, ended));
    await turn();
    expect(done).toBeLessThan(10);
    await Promise.all(all);
    expect(done).toBe(10);
  });

  it('never begins what has ended before its turn, and gives its turn to the next', async () => {
    const all = [run('a'), run('b')];
    const left = run('left', over.signal);
    all.push(run('c'));
    over.abort();
    await expect(left).rejects.toThrow('it has ended');
    ends.get('a')?.();
    await begins('a', 'b', 'c');
    ends.get('b')?.();
    ends.get('c')?.();
    await Promise.all(all);
  });

  it('keeps the room of what goes on for nobody', async () => {
    const left = run('left', over.signal);
    const all = [run('a'), run('b')];
    await begins('left', 'a');
    over.abort();
    await expect(left).rejects.toThrow('it has ended');
    await turn();
    expect(begun).toEqual(['left', 'a']);
    ends.get('left')?.();
    await begins('left', 'a', 'b');
    ends.get('a')?.();
    ends.get('b')?.();
    await Promise.all(all);
  });

  it('goes on behind work that fails', async () => {
    const fails = () => Promise.reject(new Error('failed'));
    const failed = [1, 2, 3].map(() => queue.run(over.signal, fails, ended));
    for (const one of await Promise.allSettled(failed)) expect(one.status).toBe('rejected');
    const last = run('last');
    await begins('last');
    ends.get('last')?.();
    expect(await last).toBe('last');
  });
});
