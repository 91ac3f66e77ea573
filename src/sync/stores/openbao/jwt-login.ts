import type { SecretValue } from '../../../core/secret-value.js';
import { syncLimits } from '../../../core/sync-limits.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import { bodyOf, memberOf, numberOf } from '../json-answer.js';
import type { StoreTransport } from '../store-transport.js';
import { faultOf } from './kv-answer.js';

export interface JwtLoginOptions {
  readonly transport: Pick<StoreTransport, 'send'>;
  /** Path of the mount of the JWT auth method. */
  readonly mount: string;
  readonly role: string;
  /** Returns a short-lived token of the ServiceAccount that the store shall see. */
  readonly identity: (signal: AbortSignal) => Promise<SecretValue>;
  readonly nowMs: () => number;
}

/**
 * Tokens of the JWT auth method for a ServiceAccount. Each is kept in memory alone, for a part of
 * its lifetime.
 * https://openbao.org/api-docs/auth/jwt/#jwt-login
 */
export class JwtLogin {
  readonly #options: JwtLoginOptions;
  #token: Promise<string> | undefined;
  #usedUntilMs = 0;

  constructor(options: JwtLoginOptions) {
    this.#options = options;
  }

  /** Returns a token. Throws OutboundFault; RemoteFault StoreDenied if the role is refused. */
  async token(signal: AbortSignal): Promise<string> {
    if (this.#token === undefined || this.#options.nowMs() >= this.#usedUntilMs) {
      this.#usedUntilMs = Number.POSITIVE_INFINITY;
      this.#token = this.#logIn(signal);
      // A failed login is repeated by the next call.
      this.#token.catch(() => (this.#token = undefined));
    }
    return this.#token;
  }

  /** Forgets the token: the store may have revoked it, or changed the rights of its role. */
  drop(): void {
    this.#token = undefined;
  }

  async #logIn(signal: AbortSignal): Promise<string> {
    const { transport, mount, role, identity, nowMs } = this.#options;
    const startedMs = nowMs();
    const jwt = (await identity(signal)).revealText();
    const answer = await transport.send(
      {
        method: 'POST',
        path: `/v1/auth/${mount}/login`,
        headers: { 'content-type': 'application/json', 'x-vault-request': 'true' },
        body: Buffer.from(JSON.stringify({ role, jwt }), 'utf8'),
      },
      signal,
    );
    // A refused role or audience is 400.
    if (answer.status === 400) {
      throw new RemoteFault('StoreDenied', 'the store refuses the token of the ServiceAccount');
    }
    if (answer.status !== 200) throw faultOf(answer);
    const auth = memberOf(bodyOf(answer), 'auth');
    const token = auth?.['client_token'];
    const seconds = numberOf(auth?.['lease_duration']);
    if (typeof token !== 'string' || seconds === undefined) {
      throw new RemoteFault('TargetFailed', 'the store does not answer as a JWT auth method');
    }
    const usedMs = seconds * 1_000 * syncLimits.tokenUsedShare;
    this.#usedUntilMs = startedMs + Math.min(usedMs, syncLimits.tokenUsedMsMax);
    return token;
  }
}
