import { bounds } from '../store/sandbox-bounds.js';

/** Remaining characters for problems of one object, since paths and values may be long. */
export class ToldCharacters {
  #left: number = bounds.problemCharactersToldMax;

  get isSpent(): boolean {
    return this.#left <= 0;
  }

  /** Returns whether a text of that length may be reported; the first text always may. */
  spend(characters: number): boolean {
    const isTold = !this.isSpent;
    this.#left -= characters;
    return isTold;
  }
}
