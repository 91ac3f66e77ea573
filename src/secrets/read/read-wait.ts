import type { Rights } from '../../access/domain/secret-rights.js';
import type { CallContext } from '../../core/call-context.js';
import type { SecretRef } from '../domain/secret.js';

/** Watched Secret of a wait, with alternative rights. */
export interface Watched {
  readonly ref: SecretRef;
  readonly rights: Rights;
}

/** Steps that a wait repeats. */
export interface Look<T> {
  readonly watched: readonly Watched[];
  /** Checks the right each time; its error ends the wait. */
  readonly find: () => Promise<T>;
  /** Resolves at a change of something else that the result depends on, or if aborted. */
  readonly changed?: (signal: AbortSignal) => Promise<void>;
  /** How many objects each look reads from the API server. */
  readonly lookedUp?: number;
  /** Whether the caller reads after each end, so that each end checks the credential. */
  readonly readsAfter?: true;
  /** Reports whether the caller already has this. */
  readonly isSame: (found: T) => boolean;
}

/** Part of a read, of which a wait looks at the validator alone. */
export interface Watchable extends Pick<Look<never>, 'watched' | 'changed' | 'lookedUp'> {
  /** Returns the validator of the present state. Throws what a read throws; records nothing. */
  readonly tag: () => Promise<string>;
}

/** Read that waits until there is something new, or its time is over. */
export interface ReadWait {
  /**
   * Returns the last result. Throws Unauthenticated if the credential has ended, Unavailable if the
   * gateway stops, ClientClosed, TooManyRequests if there are too many waits, and errors of `find`.
   */
  through<T>(ctx: CallContext, look: Look<T>): Promise<T>;
}
