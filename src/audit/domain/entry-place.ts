/** Place of an entry in the queue of its writer: the sequencer gives it a leaf index later. */
export interface QueuedPlace {
  /** Id of the writer, which is one process. */
  readonly writer: number;
  /** Number of the entry among those of its writer, from 1. */
  readonly sequence: number;
}

/** Place of a written entry: its leaf index, or its place in a queue. */
export type EntryPlace = number | QueuedPlace;

/** Returns the place of the entry that was written `count` entries later by the same writer. */
export function placeAfter(place: EntryPlace, count: number): EntryPlace {
  if (typeof place === 'number') return place + count;
  return { writer: place.writer, sequence: place.sequence + count };
}

/** Returns the leaf index of an entry that has one; throws TypeError if it waits in a queue. */
export function leafIndexAt(place: EntryPlace): number {
  if (typeof place !== 'number') throw new TypeError('the entry has no leaf index yet');
  return place;
}
