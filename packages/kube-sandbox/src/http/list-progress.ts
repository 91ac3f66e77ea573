import { Buffer } from 'node:buffer';

interface Page {
  /** Last path of the page; undefined: the page reaches the end. */
  readonly last: string | undefined;
  readonly revision: number;
}

/** Progress of a paged read, with the revision of each page. */
export class ListProgress {
  readonly #pages: Page[] = [];

  get isComplete(): boolean {
    return this.#pages.length > 0 && this.last === undefined;
  }

  /** Last path that was read; undefined before the first page and after the last page. */
  get last(): string | undefined {
    return this.#pages.at(-1)?.last;
  }

  /** Records a page that ends with `last`; undefined: the last page. */
  note(last: string | undefined, revision: number): void {
    // Consecutive pages of one revision are merged.
    if (this.#pages.at(-1)?.revision === revision) this.#pages.pop();
    this.#pages.push({ last, revision });
  }

  /** Returns the revision at which the object at that path was read, or found absent. */
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

/** Compares bytes, as the database does. */
function isUpTo(path: string, last: string): boolean {
  return Buffer.compare(Buffer.from(path), Buffer.from(last)) <= 0;
}
