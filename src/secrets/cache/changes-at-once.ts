import { limits } from '../../core/limits.js';
import type { Step } from '../domain/cache/list-difference.js';

/** Size of changes that are made together: their number, and the bytes to read for them. */
export class ChangesAtOnce {
  #count = 0;
  #bytes = 0;

  /** Takes steps; false if these are too many: then nothing was taken. */
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
