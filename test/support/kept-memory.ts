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

  async recall(): Promise<Remembered> {
    return this.kept;
  }

  async save(remembered: Remembered): Promise<boolean> {
    if (this.isSavedElsewhere) return false;
    this.kept = remembered;
    this.saves += 1;
    return true;
  }
}
