import { limits } from '../../core/limits.js';
import type { Step } from '../domain/cache/list-difference.js';

/** How many changes are made in one go, by their number and by what has to be read for them. */
export class ChangesAtOnce {
  #count = 0;
  #bytes = 0;

  /** False where these are too many; then nothing was taken. */
  take(steps: readonly Step[]): boolean {
    const count = this.#count + steps.length;
    if (count > limits.changesAtOnceMax) return false;
    const bytes = steps.reduce((sum, step) => sum + sizeOf(step), this.#bytes);
    if (bytes > limits.changesAtOnceBytesMax) return false;
    this.#count = count;
    this.#bytes = bytes;
    return true;
  }
}

function sizeOf({ before, after }: Step): number {
  return (before?.document.sizeBytes ?? 0) + (after?.document.sizeBytes ?? 0);
}
