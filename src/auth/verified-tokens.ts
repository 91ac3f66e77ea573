import { hash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Clock } from '../core/clock.js';
import type { Principal } from '../core/principal.js';
import { RecentMap } from '../core/recent-map.js';
import { reuseLimits } from '../core/reuse-limits.js';
import type { Verified } from './credential-verifier.js';

interface Shown {
  readonly authorization: string;
  readonly key: string;
}

/**
 * Principals of tokens that were verified before, while their verifiers say that nothing has
 * changed since. Tokens are stored as digests; only an open connection retains its last header.
 */
export class VerifiedTokens {
  readonly #clock: Clock;
  readonly #kept = new RecentMap<string, Verified>({
    entriesMax: reuseLimits.verifiedTokensMax,
    keptMs: reuseLimits.verifiedTokenKeptMs,
  });
  readonly #shown = new WeakMap<Socket, Shown>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns the owner of a token; undefined if the token has to be verified. */
  find(socket: Socket, authorization: string): Principal | undefined {
    const kept = this.#kept.get(this.#keyOf(socket, authorization));
    return kept?.isCurrent?.() === true ? kept.principal : undefined;
  }

  keep(socket: Socket, authorization: string, verified: Verified): void {
    if (verified.isCurrent === undefined) return;
    this.#kept.set(this.#keyOf(socket, authorization), verified, this.#clock.monotonicMs());
  }

  /** Returns the key; a connection nearly always sends one token with each of its requests. */
  #keyOf(socket: Socket, authorization: string): string {
    const shown = this.#shown.get(socket);
    if (shown?.authorization === authorization) return shown.key;
    const key = hash('sha256', authorization, 'base64');
    this.#shown.set(socket, { authorization, key });
    return key;
  }
}
