import { Buffer } from 'node:buffer';

interface Page {
  /** The last path of it; undefined: to the end. */
  readonly last: string | undefined;
  readonly revision: number;
}

/** How far a resource was read in pages, and of which revision each page is. */
export class ListProgress {
  readonly #pages: Page[] = [];

  get isComplete(): boolean {
    return this.#pages.length > 0 && this.last === undefined;
  }

  /** The last path that was read; undefined before the first page and after the last one. */
  get last(): string | undefined {
    return this.#pages.at(-1)?.last;
  }

  /** The next page ends with `last`; undefined: it is the last page. */
  note(last: string | undefined, revision: number): void {
    // Pages of one revision are one page.
    if (this.#pages.at(-1)?.revision === revision) this.#pages.pop();
    this.#pages.push({ last, revision });
  }

  /** At which revision an object at that path was read, or seen not to be there. */
  revisionAt(path: string): number {
    let [from, to] = [0, this.#pages.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      const last = this.#pages[middle]?.last;
      if (last === undefined || isUpTo(path, last)) to = middle;
      else from = middle + 1;
    }
    return this.#pages[from]?.revision ?? 0;
  }
}

/** In the order of the database, which is that of bytes. */
function isUpTo(path: string, last: string): boolean {
  return Buffer.compare(Buffer.from(path), Buffer.from(last)) <= 0;
}
