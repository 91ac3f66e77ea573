import type { Rights } from '../../access/domain/secret-rights.js';
import type { CallContext } from '../../core/call-context.js';
import type { SecretRef } from '../domain/secret.js';

/** A Secret that is waited for, and the rights of which any allows to. */
export interface Watched {
  readonly ref: SecretRef;
  readonly rights: Rights;
}

/** What is done again at each turn of a wait. */
export interface Look<T> {
  readonly watched: readonly Watched[];
  /** Asks for the right each time; what it throws ends the wait. */
  readonly find: () => Promise<T>;
  /** Whether the caller has this already. */
  readonly isSame: (found: T) => boolean;
}

/** A read that is not answered before there is something new, or its time is up. */
export interface ReadWait {
  /**
   * The last that was found. Throws Unauthenticated where the credential has ended, Unavailable
   * where the gateway stops, ClientClosed, TooManyRequests where too much is waited for, and what
   * `find` throws.
   */
  through<T>(ctx: CallContext, look: Look<T>): Promise<T>;
}
