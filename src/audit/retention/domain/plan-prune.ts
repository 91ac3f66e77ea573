import { TILE_WIDTH } from '../../log/domain/tile-path.js';

/** What may go at most: entries with a smaller index are in all of these. */
export interface PruneLimits {
  /** Full tiles of leaf hashes are stored below it, and a checkpoint covers it. */
  readonly published: number;
  /** Every place outside has a checkpoint that covers it. */
  readonly anchored: number;
  /** Every sink was fed it. */
  readonly fed: number;
  /** Every sink took it: from here on there are dead letters. */
  readonly taken: number;
}

/** The log's entries as they are. */
export interface LogExtent {
  readonly size: number;
  readonly prunedBelow: number;
}

/**
 * Below which leaf index whole bundles may go; never the newest one, and never an entry that is not
 * yet safe elsewhere. Equals `prunedBelow` where nothing may.
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
 * Below which leaf index entries go that are too old, or too much: dead letters keep back what is
 * only old, since they may be sent yet, but the log grows no larger for them.
 */
export function pruneBelow(
  may: number,
  { taken }: Pick<PruneLimits, 'taken'>,
  { tooOld, tooMuch }: { readonly tooOld: number; readonly tooMuch: number },
): number {
  return Math.min(may, Math.max(wholeBundles(Math.min(tooOld, taken)), tooMuch));
}

/** How many entries go so that what stays has so many bytes at most, by the size of each. */
export function surplusEntries(
  entries: number,
  bytesPerEntry: number,
  bytesMax: number | undefined,
): number {
  if (bytesMax === undefined || bytesPerEntry === 0) return 0;
  const surplus = entries - Math.floor(bytesMax / bytesPerEntry);
  return surplus <= 0 ? 0 : Math.min(entries, Math.ceil(surplus / TILE_WIDTH) * TILE_WIDTH);
}

/** The largest leaf index at or below this one at which a bundle begins. */
export function wholeBundles(index: number): number {
  return Math.floor(index / TILE_WIDTH) * TILE_WIDTH;
}

/** Bundles spread evenly over those that are there: the first, and at most so many. */
export function sampledBundles(first: number, end: number, max: number): readonly number[] {
  const count = end - first;
  if (count <= max) return Array.from({ length: Math.max(0, count) }, (_, at) => first + at);
  return Array.from({ length: max }, (_, at) => first + Math.floor((at * count) / max));
}
