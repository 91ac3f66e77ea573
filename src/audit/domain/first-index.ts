/** A place in the log, and whether what is looked for lies there or before. */
export interface Probed {
  readonly index: number;
  readonly isReached: boolean;
}

/** How many places are probed at a time: each time is a way to the database and back. */
const AT_ONCE = 15;

/**
 * The first index, up to `size`, from which on `probe` says that it is reached. It tells, of each
 * index, of the first entry there or behind that can be told of, undefined where there is none;
 * what it says turns from no to yes once.
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
      // What the one before told of reaches behind this one.
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

/** Indexes from `low` up to and without `high`, in order and as far apart from each other. */
function placesIn(low: number, high: number): readonly number[] {
  const count = Math.min(AT_ONCE, high - low);
  const step = (high - low) / (count + 1);
  const places = Array.from({ length: count }, (_, at) => Math.floor(low + step * (at + 1)));
  return high - low <= AT_ONCE ? places.map((_, at) => low + at) : places;
}
