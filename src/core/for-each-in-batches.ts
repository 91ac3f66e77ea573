import { setImmediate as turn } from 'node:timers/promises';

/** Runs work for each item, in order, and lets other work run after each batch. */
export async function forEachInBatches<T>(
  items: readonly T[],
  size: number,
  work: (item: T, index: number) => void,
): Promise<void> {
  for (let start = 0; start < items.length; start += size) {
    if (start > 0) await turn();
    for (const [offset, item] of items.slice(start, start + size).entries()) {
      work(item, start + offset);
    }
  }
}
