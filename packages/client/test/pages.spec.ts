import { expect, it } from 'vitest';
import { EtagCache } from '../src/etag-cache.js';
import { PagedList } from '../src/pages.js';

it('a list reads the next page only when it is needed', async () => {
  const asked: (string | undefined)[] = [];
  const list = new PagedList<number>(undefined, async (cursor) => {
    asked.push(cursor);
    return cursor === undefined ? { items: [1, 2], continue: 'next' } : { items: [3] };
  });
  const [first] = await Array.fromAsync(list.byPage());
  expect([first?.items, asked]).toEqual([
    [1, 2],
    [undefined, 'next'],
  ]);
  expect(await Array.fromAsync(list)).toEqual([1, 2, 3]);
  asked.length = 0;
  for await (const one of list) if (one === 1) break;
  expect(asked).toEqual([undefined]);
});

it('a list throws a cursor that has expired, and leaves nothing out', async () => {
  const list = new PagedList<number>(undefined, async (cursor) => {
    if (cursor !== undefined) throw new Error('Expired');
    return { items: [1], continue: 'old' };
  });
  await expect(Array.fromAsync(list)).rejects.toThrow('Expired');
});

it('a list ends within a page when its signal is aborted', async () => {
  const ending = new AbortController();
  const seen: number[] = [];
  const list = new PagedList<number>(ending.signal, async () => ({ items: [1, 2, 3] }));
  const read = async () => {
    for await (const one of list) {
      seen.push(one);
      ending.abort(new Error('enough'));
    }
  };
  await expect(read()).rejects.toThrow('enough');
  expect(seen).toEqual([1]);
});

it('a cache keeps the latest responses alone', () => {
  const cache = new EtagCache(2);
  for (const path of ['a', 'b']) cache.set(path, { etag: path, bytes: new Uint8Array(1) });
  cache.get('a');
  cache.set('c', { etag: 'c', bytes: new Uint8Array(1) });
  expect(['a', 'b', 'c'].map((path) => cache.get(path)?.etag)).toEqual(['a', undefined, 'c']);
  const none = new EtagCache(0);
  none.set('a', { etag: 'a', bytes: new Uint8Array(1) });
  expect(none.get('a')).toBeUndefined();
  expect(() => new EtagCache(Number.NaN)).toThrow(RangeError);
});
