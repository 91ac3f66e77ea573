import { syncLimits } from '../../core/sync-limits.js';
import { RemoteFault } from '../domain/remote-fault.js';
import { type JsonBody, numberOf } from './json-values.js';

/** Token of a store, and how long the store takes it. */
export interface IssuedToken {
  readonly token: string;
  readonly lifetimeSeconds: number;
}

export interface LoginTokenOptions {
  /** Asks for a new token. Throws OutboundFault. */
  readonly logIn: (signal: AbortSignal) => Promise<IssuedToken>;
  readonly nowMs: () => number;
}

interface Login {
  readonly token: Promise<string>;
  usedUntilMs: number;
}

/** Token of the last login, kept in memory alone, for a part of its lifetime. */
export class LoginToken {
  readonly #options: LoginTokenOptions;
  #login: Login | undefined;

  constructor(options: LoginTokenOptions) {
    this.#options = options;
  }

  /**
   * Returns a token. Concurrent callers share one login, which no signal of a caller ends. Throws
   * what the login throws, and the reason of the signal.
   */
  async token(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const last = this.#login;
    if (last !== undefined && this.#options.nowMs() < last.usedUntilMs) return last.token;
    const issued = this.#issue();
    const token = issued.then((one) => one.token);
    const login: Login = { token, usedUntilMs: Number.POSITIVE_INFINITY };
    this.#login = login;
    issued.then(
      (one) => void (login.usedUntilMs = one.usedUntilMs),
      // A failed login is repeated by the next call.
      () => void (this.#login = this.#login === login ? undefined : this.#login),
    );
    return token;
  }

  /** Forgets the token: the store may have revoked it, or changed the rights of its identity. */
  drop(): void {
    this.#login = undefined;
  }

  async #issue() {
    const { logIn, nowMs } = this.#options;
    const startedMs = nowMs();
    const { token, lifetimeSeconds } = await logIn(AbortSignal.timeout(syncLimits.callMsMax));
    const usedMs = lifetimeSeconds * 1_000 * syncLimits.tokenUsedShare;
    return { token, usedUntilMs: startedMs + Math.min(usedMs, syncLimits.tokenUsedMsMax) };
  }
}

/** RFC 6750, section 2.1: anything else could not be sent in a header. */
const BEARER = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * Returns the token of an answer of OAuth 2.0. Throws RemoteFault TargetFailed for another answer.
 * RFC 6749, section 5.1.
 */
export function issuedToken(body: JsonBody): IssuedToken {
  const lifetimeSeconds = numberOf(body['expires_in']);
  const token = bearerOf(body['access_token']);
  if (token !== undefined && lifetimeSeconds !== undefined) return { token, lifetimeSeconds };
  throw new RemoteFault('TargetFailed', 'the token endpoint does not answer with a token');
}

/** Returns a text that can be sent as a bearer token; undefined for anything else. */
export function bearerOf(member: unknown): string | undefined {
  return typeof member === 'string' && BEARER.test(member) ? member : undefined;
}
