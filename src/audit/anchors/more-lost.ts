import type { AnchoredNote } from './domain/anchored-tree.js';
import { type Rollback, moreLostSentence } from './domain/rollback.js';

/** Lost tree, and the anchor that has its checkpoint. */
export interface LostTree {
  readonly place: string;
  readonly rollback: Pick<Rollback, 'anchored'>;
}

/**
 * Checkpoints of an abandoned branch with more entries than the accepted loss. They refuse no
 * request: otherwise, a writer of one anchor could stop the gateway with each saved checkpoint of
 * that branch. They stay here until the process ends.
 */
export class MoreLost {
  readonly #onAlarm: (message: string) => void;
  /** The largest of each anchor and branch. */
  readonly #found = new Map<string, LostTree>();

  constructor(onAlarm: (message: string) => void) {
    this.#onAlarm = onAlarm;
  }

  get found(): readonly LostTree[] {
    return [...this.#found.values()];
  }

  /** Returns a warning for readers of the health listener. */
  get warning(): string | undefined {
    const sizes = this.found.map(({ rollback }) => rollback.anchored.size);
    return sizes.length === 0 ? undefined : moreLostSentence(Math.max(...sizes));
  }

  add(place: string, anchored: AnchoredNote): void {
    const name = `${anchored.branch ?? ''} ${place}`;
    const before = this.#found.get(name)?.rollback.anchored.size ?? -1;
    if (anchored.size <= before) return;
    this.#found.set(name, { place, rollback: { anchored } });
    this.#onAlarm(`${moreLostSentence(anchored.size)} (${place})`);
  }
}
