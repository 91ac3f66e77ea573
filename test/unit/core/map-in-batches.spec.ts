import { expect, it } from 'vitest';
import { mapInBatches } from '../../../src/core/map-in-batches.js';

it('items are mapped in order, a bounded number of them concurrently', async () => {
  let running = 0;
  let most = 0;
  const mapped = await mapInBatches([1, 2, 3, 4, 5], 2, async (item) => {
    most = Math.max(most, (running += 1));
    await Promise.resolve();
    running -= 1;
    return item * 2;
  });
  expect(mapped).toEqual([2, 4, 6, 8, 10]);
  expect(most).toBe(2);
});

it('the first error ends it', async () => {
  const tried: number[] = [];
  const failing = mapInBatches([1, 2, 3], 1, (item) => {
    tried.push(item);
    return item === 2 ? Promise.reject(new Error('no')) : Promise.resolve(item);
  });
  await expect(failing).rejects.toThrow('no');
  expect(tried).toEqual([1, 2]);
});
