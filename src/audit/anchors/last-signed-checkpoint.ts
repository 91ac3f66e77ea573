import { Listeners } from '../../core/listeners.js';
import type { Acceptance } from '../log/domain/acceptance.js';
import type { StoredCheckpoint } from '../log/log-store.js';
import type { AnchorBefore, AnchorCall, ReadableAnchor } from './anchor.js';
import type { AnchorReading } from './domain/anchor-search.js';
import { type AnchoredNote, noteOf } from './domain/anchored-tree.js';
import { isGivenUp } from './domain/given-up.js';

/**
 * Last checkpoint that this process has signed: an anchor with only this process as writer. Another
 * process may have signed more before a rollback, and operators then accept the loss of that tree.
 * So a new acceptance of as many entries or more abandons this checkpoint as well.
 */
export class LastSignedCheckpoint implements ReadableAnchor {
  readonly place = 'memory';
  readonly isOwn = true;
  #newest: StoredCheckpoint | undefined;
  /** Accepted before the remembered checkpoint was signed, and so unrelated to it. */
  #former: readonly Acceptance[] = [];
  readonly #givenUp = new Listeners();

  /** Called when an operator has accepted the loss of the remembered checkpoint. */
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
