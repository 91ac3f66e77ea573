import { TILE_WIDTH } from '../../log/domain/tile-path.js';

/** Limits of pruning: entries with a smaller index are in all of these. */
export interface PruneLimits {
  /** Full tiles of leaf hashes are stored below it, and a checkpoint covers it. */
  readonly published: number;
  /** Every external anchor has a checkpoint that covers it. */
  readonly anchored: number;
  /** Every sink was fed it. */
  readonly fed: number;
  /** Every sink accepted it: from here on there are dead letters. */
  readonly taken: number;
}

/** The log's current entries. */
export interface LogExtent {
  readonly size: number;
  readonly prunedBelow: number;
}

/**
 * Returns the leaf index below which whole bundles may be pruned; never the newest bundle, and
 * never an entry that is not yet safe elsewhere. Equals `prunedBelow` if nothing may be.
 */
export function prunableBelow(
  { size, prunedBelow }: LogExtent,
  limits: Omit<PruneLimits, 'taken'>,
): number {
  const newest = Math.max(0, size - 1);
  const below = Math.min(newest, limits.published, limits.anchored, limits.fed);
  return Math.max(prunedBelow, wholeBundles(below));
}

/**
 * Returns the leaf index below which entries are pruned by age or size. Dead letters delay pruning
 * by age, since they may still be sent, but not pruning by size.
 */
export function pruneBelow(
  may: number,
  { taken }: Pick<PruneLimits, 'taken'>,
  { tooOld, tooMuch }: { readonly tooOld: number; readonly tooMuch: number },
): number {
  return Math.min(may, Math.max(wholeBundles(Math.min(tooOld, taken)), tooMuch));
}

/** Returns how many entries to prune so that the remaining ones fit the bytes, by entry size. */
export function surplusEntries(
  entries: number,
  bytesPerEntry: number,
  bytesMax: number | undefined,
): number {
  if (bytesMax === undefined || bytesPerEntry === 0) return 0;
  const surplus = entries - Math.floor(bytesMax / bytesPerEntry);
  return surplus <= 0 ? 0 : Math.min(entries, Math.ceil(surplus / TILE_WIDTH) * TILE_WIDTH);
}

/** Returns the largest leaf index at or below this index at which a bundle begins. */
export function wholeBundles(index: number): number {
  return Math.floor(index / TILE_WIDTH) * TILE_WIDTH;
}

/** Returns at most this many evenly spread bundles, including the first. */
export function sampledBundles(first: number, end: number, max: number): readonly number[] {
  const count = end - first;
  if (count <= max) return Array.from({ length: Math.max(0, count) }, (_, at) => first + at);
  return Array.from({ length: max }, (_, at) => first + Math.floor((at * count) / max));
}
