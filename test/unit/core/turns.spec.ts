import { expect, it } from 'vitest';
import { Turns } from '../../../src/core/turns.js';

/** Jobs that end when they are told to. */
function jobs(turns: Turns) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const add = (name: string) =>
    turns.run(() => {
      started.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    });
  return { started, add, end: (name: string) => ends.get(name)?.() };
}

it('lets so many run at a time, and the others in the order they came', async () => {
  const { started, add, end } = jobs(new Turns(2, 5, 'jobs'));
  const all = ['a', 'b', 'c', 'd'].map(add);
  expect(started).toEqual(['a', 'b']);
  end('b');
  await all[1];
  await expect.poll(() => started).toEqual(['a', 'b', 'c']);
  end('a');
  await expect.poll(() => started).toEqual(['a', 'b', 'c', 'd']);
  end('c');
  end('d');
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
});

it('gives the place of one that failed to the next', async () => {
  const turns = new Turns(1, 5, 'jobs');
  const failing = turns.run(() => Promise.reject(new Error('no')));
  const next = turns.run(() => Promise.resolve('yes'));
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

it('refuses whoever comes when too many wait', async () => {
  const { add, end } = jobs(new Turns(1, 1, 'jobs'));
  const first = add('a');
  const second = add('b');
  await expect(add('c')).rejects.toMatchObject({ code: 'TooManyRequests' });
  end('a');
  await first;
  end('b');
  await expect(second).resolves.toBe('b');
});
