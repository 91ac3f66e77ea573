import { Listeners } from '../../core/listeners.js';
import type { Acceptance } from '../log/domain/acceptance.js';
import type { StoredCheckpoint } from '../log/log-store.js';
import type { AnchorBefore, AnchorCall, ReadableAnchor } from './anchor.js';
import type { AnchorReading } from './domain/anchor-search.js';
import { type AnchoredNote, noteOf } from './domain/anchored-tree.js';
import { isGivenUp } from './domain/given-up.js';

/**
 * What this process has signed last: an anchor that nobody else can write, and that ends with it.
 * Another process may have signed more before a rollback, and so it is that tree whose loss an
 * operator accepts: a new acceptance of as many entries or more gives this one up as well.
 */
export class LastSignedCheckpoint implements ReadableAnchor {
  readonly place = 'memory';
  readonly isOwn = true;
  #newest: StoredCheckpoint | undefined;
  /** Accepted before what is remembered was signed, and so nothing to do with it. */
  #former: readonly Acceptance[] = [];
  readonly #givenUp = new Listeners();

  /** Called when an operator has accepted the loss of what is remembered. */
  onGivenUp(listener: () => void): void {
    this.#givenUp.add(listener);
  }

  get newest(): StoredCheckpoint | undefined {
    return this.#newest;
  }

  put(checkpoint: StoredCheckpoint): Promise<AnchorBefore> {
    this.#newest = checkpoint;
    return Promise.resolve({});
  }

  held({ accepted }: Pick<AnchorCall, 'accepted'>): Promise<AnchorReading> {
    const isNew = ({ text }: Acceptance) => !this.#former.some((former) => former.text === text);
    const note = this.#note;
    if (note !== undefined && isGivenUp(note, accepted.filter(isNew))) {
      this.#newest = undefined;
      this.#givenUp.notify();
    }
    if (this.#newest === undefined) this.#former = accepted;
    return Promise.resolve({ notes: this.#newest === undefined || !note ? [] : [note] });
  }

  get #note(): AnchoredNote | undefined {
    return this.#newest && noteOf(this.#newest);
  }
}
