import type { Principal } from '../core/principal.js';
import type { BearerCredential } from './bearer-credential.js';

/** Tokens of principals in passthrough, retained while the principal exists. */
export class CallerCredentials {
  readonly #byPrincipal = new WeakMap<Principal, BearerCredential>();

  remember(principal: Principal, credential: BearerCredential): void {
    this.#byPrincipal.set(principal, credential);
  }

  of(principal: Principal): BearerCredential | undefined {
    return this.#byPrincipal.get(principal);
  }
}
