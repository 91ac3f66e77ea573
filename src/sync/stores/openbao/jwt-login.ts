import type { SecretValue } from '../../../core/secret-value.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import { memberOf, numberOf } from '../json-values.js';
import { type IssuedToken, LoginToken } from '../login-token.js';
import { bodyOf } from '../store-answer.js';
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
 * Tokens of the JWT auth method for a ServiceAccount.
 * https://openbao.org/api-docs/auth/jwt/#jwt-login
 */
export class JwtLogin {
  readonly #options: JwtLoginOptions;
  readonly #login: LoginToken;

  constructor(options: JwtLoginOptions) {
    this.#options = options;
    const { nowMs } = options;
    this.#login = new LoginToken({ nowMs, logIn: (signal) => this.#logIn(signal) });
  }

  /** Returns a token. Throws OutboundFault; RemoteFault StoreDenied if the role is refused. */
  async token(signal: AbortSignal): Promise<string> {
    return this.#login.token(signal);
  }

  /** Forgets the token: the store may have revoked it, or changed the rights of its role. */
  drop(): void {
    this.#login.drop();
  }

  async #logIn(signal: AbortSignal): Promise<IssuedToken> {
    const { transport, mount, role, identity } = this.#options;
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
    if (answer.status === 403) {
      throw new RemoteFault('StoreDenied', `the store refuses logins at auth/${mount}`);
    }
    // A refused role or audience is 400.
    if (answer.status === 400) {
      const where = `at auth/${mount} for the role ${role}`;
      throw new RemoteFault('StoreDenied', `the store refuses this ServiceAccount ${where}`);
    }
    if (answer.status !== 200) throw faultOf(answer);
    const auth = memberOf(bodyOf(answer), 'auth');
    const token = auth?.['client_token'];
    const lifetimeSeconds = numberOf(auth?.['lease_duration']);
    if (typeof token !== 'string' || lifetimeSeconds === undefined) {
      throw new RemoteFault('TargetFailed', 'the store does not answer as a JWT auth method');
    }
    return { token, lifetimeSeconds };
  }
}
