import { bounds } from '../store/sandbox-bounds.js';

/** What may still be told of what is wrong with one object: paths and values may be long. */
export class ToldCharacters {
  #left: number = bounds.problemCharactersToldMax;

  get isSpent(): boolean {
    return this.#left <= 0;
  }

  /** Whether a text of that length is told; the first always is. */
  spend(characters: number): boolean {
    const isTold = !this.isSpent;
    this.#left -= characters;
    return isTold;
  }
}
