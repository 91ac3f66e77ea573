import type { FastifyRequest } from 'fastify';
import type { Clock } from '../core/clock.js';
import { limits } from '../core/limits.js';
import type { Principal } from '../core/principal.js';
import type { RequestAuthentication } from './request-authentication.js';

/** For how long a request may go on under its credential. */
export interface CredentialTerm {
  /** Aborts when the credential has ended: by its time, by revocation, with its certificate. */
  readonly signal: AbortSignal;
  /** Asks at once; where it does not hold any more, `signal` has aborted. */
  stillHolds(): Promise<boolean>;
  /** To be called once the request is over. */
  release(): void;
}

/** Looks after the credentials of requests that go on for long. */
export class CredentialTerms {
  readonly #authentication: Pick<RequestAuthentication, 'stillHolds'>;
  readonly #clock: Clock;

  constructor(authentication: Pick<RequestAuthentication, 'stillHolds'>, clock: Clock) {
    this.#authentication = authentication;
    this.#clock = clock;
  }

  hold(request: FastifyRequest, principal: Principal): CredentialTerm {
    const over = new AbortController();
    const stillHolds = async (): Promise<boolean> => {
      const holds =
        !this.#hasExpired(principal) && (await this.#authentication.stillHolds(request, principal));
      if (!holds) over.abort('the credential has ended');
      return !over.signal.aborted;
    };
    let isLooking = false;
    const look = async (): Promise<void> => {
      if (isLooking) return;
      isLooking = true;
      await stillHolds();
      isLooking = false;
    };
    const looks = setInterval(() => void look(), limits.kubectlCredentialLookMs).unref();
    return { signal: over.signal, stillHolds, release: () => clearInterval(looks) };
  }

  #hasExpired({ expiresAtMs }: Principal): boolean {
    return expiresAtMs !== undefined && this.#clock.nowMs() >= expiresAtMs;
  }
}
