import { RemoteFault } from '../../domain/remote-fault.js';
import type { WorkloadIdentity } from '../bearer-calls.js';
import { type IssuedToken, issuedToken, LoginToken } from '../login-token.js';
import { bodyIfJson, bodyOf, faultOfStatus } from '../store-answer.js';
import type { StoreTransport } from '../store-transport.js';

export interface ClientAssertionLoginOptions {
  /** Transport to the authority, such as `https://login.microsoftonline.com`. */
  readonly authority: Pick<StoreTransport, 'send'>;
  readonly tenantId: string;
  readonly clientId: string;
  /** Scope of the vaults of the cloud, such as `https://vault.azure.net/.default`. */
  readonly scope: string;
  /** Returns a short-lived token of the ServiceAccount that Azure shall see. */
  readonly identity: WorkloadIdentity;
  readonly nowMs: () => number;
}

/**
 * Tokens of Microsoft Entra for a ServiceAccount that an application trusts. The authority, the
 * tenant and the scope are those of the options, whatever a vault says in a challenge.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export class ClientAssertionLogin {
  readonly #options: ClientAssertionLoginOptions;
  readonly #login: LoginToken;

  constructor(options: ClientAssertionLoginOptions) {
    this.#options = options;
    const { nowMs } = options;
    this.#login = new LoginToken({ nowMs, logIn: (signal) => this.#logIn(signal) });
  }

  /** Returns a token. Throws OutboundFault; RemoteFault StoreDenied if the identity is refused. */
  async token(signal: AbortSignal): Promise<string> {
    return this.#login.token(signal);
  }

  /** Forgets the token: the vault may have refused it. */
  drop(): void {
    this.#login.drop();
  }

  async #logIn(signal: AbortSignal): Promise<IssuedToken> {
    const { authority, tenantId, clientId, scope, identity } = this.#options;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: (await identity(signal)).revealText() ?? '',
    });
    const answer = await authority.send(
      {
        method: 'POST',
        path: `/${tenantId}/oauth2/v2.0/token`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.from(form.toString(), 'utf8'),
      },
      signal,
    );
    if (answer.status === 200) return issuedToken(bodyOf(answer));
    // RFC 6749, section 5.2.
    if (answer.status === 400 && typeof bodyIfJson(answer)?.['error'] === 'string') {
      throw new RemoteFault('StoreDenied', 'Azure refuses the token of the ServiceAccount');
    }
    throw faultOfStatus(answer);
  }
}
