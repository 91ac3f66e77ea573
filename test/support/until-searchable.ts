import type { SearchReads } from '../../src/platform/storage/reads.js';

const SEARCHABLE_MS_MAX = 30_000;

/**
 * Waits until everything in the log can be found. An index that is made for the first time takes
 * longer on a busy machine than a search waits for it: the refusal says to come back.
 */
export async function untilSearchable(
  searches: Pick<SearchReads, 'integrated' | 'upToDate'>,
): Promise<void> {
  const deadlineMs = performance.now() + SEARCHABLE_MS_MAX;
  for (;;) {
    try {
      await searches.integrated();
      return await searches.upToDate();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
    }
  }
}
