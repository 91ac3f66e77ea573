import type { FastifyRequest } from 'fastify';
import type { Clock } from '../core/clock.js';
import { limits } from '../core/limits.js';
import type { Principal } from '../core/principal.js';
import type { RequestAuthentication } from './request-authentication.js';

/** Time for which a request may continue under its credential. */
export interface CredentialLifetime {
  /** Aborts when the credential has ended: by its time, by revocation, with its certificate. */
  readonly signal: AbortSignal;
  /** Checks immediately; if the credential is no longer valid, `signal` has aborted. */
  stillHolds(): Promise<boolean>;
  /** Ends the monitoring; call it once the request is over. */
  release(): void;
}

/** Reports the tokens that this process has revoked. */
export interface Revocations {
  onRevoked(listener: (tokenIds: readonly string[]) => void): void;
}

/** Checks the credentials of long requests. */
export class CredentialLifetimes {
  readonly #authentication: Pick<RequestAuthentication, 'stillHolds'>;
  readonly #clock: Clock;
  /** Ends of requests, by the token that they came with. */
  readonly #ofTokens = new Map<string, Set<() => void>>();

  constructor(
    authentication: Pick<RequestAuthentication, 'stillHolds'>,
    clock: Clock,
    revocations: Revocations,
  ) {
    this.#authentication = authentication;
    this.#clock = clock;
    revocations.onRevoked((ids) => {
      for (const id of ids) for (const end of this.#ofTokens.get(id) ?? []) end();
    });
  }

  hold(request: FastifyRequest, principal: Principal): CredentialLifetime {
    const over = new AbortController();
    const end = (): void => over.abort('the credential has ended');
    const stillHolds = async (): Promise<boolean> => {
      const holds =
        !this.#hasExpired(principal) && (await this.#authentication.stillHolds(request, principal));
      if (!holds) end();
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
    const forget = this.#untilRevoked(principal.token?.id, end);
    const release = (): void => {
      clearInterval(looks);
      forget();
    };
    return { signal: over.signal, stillHolds, release };
  }

  /** Returns a function that ends the wait for a revocation. */
  #untilRevoked(token: string | undefined, end: () => void): () => void {
    if (token === undefined) return () => undefined;
    const ends = this.#ofTokens.get(token) ?? new Set();
    this.#ofTokens.set(token, ends.add(end));
    return () => {
      ends.delete(end);
      if (ends.size === 0) this.#ofTokens.delete(token);
    };
  }

  #hasExpired({ expiresAtMs }: Principal): boolean {
    return expiresAtMs !== undefined && this.#clock.nowMs() >= expiresAtMs;
  }
}
