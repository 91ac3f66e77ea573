import {
  nothingRemembered,
  type Remembered,
  type SyncMemory,
} from '../../src/sync/domain/sync-memory.js';

/** Memory of a sync in this process. */
export class KeptMemory implements SyncMemory {
  kept: Remembered = nothingRemembered;
  saves = 0;
  /** Whether another process saves before each save. */
  isSavedElsewhere = false;
  /** Saves until the process ends. */
  savesLeft = Infinity;

  async recall(): Promise<Remembered> {
    return this.kept;
  }

  async save(remembered: Remembered): Promise<boolean> {
    if (this.isSavedElsewhere) return false;
    if (this.savesLeft === 0) throw new Error('the process has ended');
    this.savesLeft -= 1;
    this.kept = remembered;
    this.saves += 1;
    return true;
  }
}
