import type { Principal } from '../core/principal.js';
import type { BearerCredential } from './bearer-credential.js';

/** In passthrough, the token that each principal came with, for as long as the principal lives. */
export class CallerCredentials {
  readonly #byPrincipal = new WeakMap<Principal, BearerCredential>();

  remember(principal: Principal, credential: BearerCredential): void {
    this.#byPrincipal.set(principal, credential);
  }

  of(principal: Principal): BearerCredential | undefined {
    return this.#byPrincipal.get(principal);
  }
}
