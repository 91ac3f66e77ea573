import { tooLarge } from '../model/api-status.js';
import type { StoredText } from '../store/object-store.js';
import { bounds } from '../store/sandbox-bounds.js';
import { countValues } from '../store/value-count.js';

export interface ListPage {
  readonly items: readonly StoredText[];
  /** Whether more objects follow the last item. */
  readonly isCut: boolean;
}

/**
 * Takes items up to the limit of the page or of a response; a client that reads pages gets the
 * remaining items in the next page. Throws 413 if the client reads without pages.
 */
export function takePage(
  rows: Iterable<StoredText>,
  options: {
    /** Undefined: everything is selected. */
    readonly selects: ((stored: StoredText) => boolean) | undefined;
    readonly itemsMax: number;
    readonly isPaged: boolean;
  },
): ListPage {
  const { selects, itemsMax, isPaged } = options;
  const items: StoredText[] = [];
  let bytes = 0;
  let values = 0;
  for (const row of rows) {
    if (selects && !selects(row)) continue;
    if (items.length >= itemsMax) return { items, isCut: true };
    bytes += Buffer.byteLength(row.text);
    values += countValues(row.text);
    const isTooLarge = bytes > bounds.listBytesMax || values > bounds.listValuesMax;
    // A single object is always small enough.
    if (isTooLarge && items.length > 0) {
      if (isPaged) return { items, isCut: true };
      throw tooLargeList();
    }
    items.push(row);
  }
  return { items, isCut: false };
}

function tooLargeList() {
  const bytesMax = `${bounds.listBytesMax / 1024 / 1024} MiB`;
  const most = `${bytesMax} or ${bounds.listValuesMax} values`;
  return tooLarge(`the list is larger than ${most}: ask for it in pages, with limit and continue`);
}
