import { isAborted } from './pause.js';

/** One page of a list. */
export interface ListPage<T> {
  readonly items: readonly T[];
  readonly continue?: string | undefined;
}

/**
 * A list that is read page by page, as far as it is iterated. A cursor that has expired is thrown
 * as SallyportError `Expired`: no entry is left out in silence.
 */
export class PagedList<T> implements AsyncIterable<T> {
  readonly #signal: AbortSignal | undefined;
  readonly #read: (cursor: string | undefined) => Promise<ListPage<T>>;

  constructor(
    signal: AbortSignal | undefined,
    read: (cursor: string | undefined) => Promise<ListPage<T>>,
  ) {
    this.#signal = signal;
    this.#read = read;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const { items } of this.byPage()) {
      for (const item of items) {
        if (isAborted(this.#signal)) throw this.#signal?.reason;
        yield item;
      }
    }
  }

  async *byPage(): AsyncGenerator<ListPage<T>, void, undefined> {
    let cursor: string | undefined;
    do {
      const page = await this.#read(cursor);
      yield page;
      cursor = page.continue;
    } while (cursor !== undefined);
  }
}
