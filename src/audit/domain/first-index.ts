/** Position in the log, and whether the target is there or before. */
export interface Probed {
  readonly index: number;
  readonly isReached: boolean;
}

/** Number of positions in a probe: each probe is a round trip to the database. */
const AT_ONCE = 15;

/**
 * Returns the first index, up to `size`, from which `probe` reports that it is reached. For each
 * index, `probe` reports the first known entry there or later; undefined if there is none. Its
 * result changes from no to yes once.
 */
export async function firstIndex(
  size: number,
  probe: (indexes: readonly number[]) => Promise<readonly (Probed | undefined)[]>,
): Promise<number> {
  let low = 0;
  let high = size;
  while (low < high) {
    const indexes = placesIn(low, high);
    const probed = await probe(indexes);
    for (const [at, index] of indexes.entries()) {
      // The entry reported for the previous index lies after this one.
      if (index < low) continue;
      const found = probed[at];
      if (found === undefined || found.isReached || found.index >= high) {
        high = index;
        break;
      }
      low = found.index + 1;
    }
  }
  return low;
}

/** Returns evenly spaced indexes from `low` up to and without `high`, in order. */
function placesIn(low: number, high: number): readonly number[] {
  const count = Math.min(AT_ONCE, high - low);
  const step = (high - low) / (count + 1);
  const places = Array.from({ length: count }, (_, at) => Math.floor(low + step * (at + 1)));
  return high - low <= AT_ONCE ? places.map((_, at) => low + at) : places;
}
