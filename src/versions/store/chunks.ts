import { limits } from '../../core/limits.js';

/** Splits items into parts, each of which fits into one statement. */
export function* chunks<T>(
  items: readonly T[],
  size: number = limits.versionRowsAtOnceMax,
): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
