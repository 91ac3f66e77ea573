import { syncLimits } from '../../../core/sync-limits.js';
import type { HttpsAnswer } from '../../../platform/outbound/https-exchange.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import type { WorkloadIdentity } from '../bearer-calls.js';
import { bearerOf, type IssuedToken, issuedToken, LoginToken } from '../login-token.js';
import { bodyIfJson, bodyOf, faultOfStatus } from '../store-answer.js';
import type { StoreTransport } from '../store-transport.js';

/** Google service account as which the store sees the ServiceAccount. */
export interface Impersonation {
  /** Transport to `https://iamcredentials.googleapis.com`. */
  readonly credentials: Pick<StoreTransport, 'send'>;
  readonly serviceAccount: string;
}

export interface TokenExchangeLoginOptions {
  /** Transport to `https://sts.googleapis.com`. */
  readonly sts: Pick<StoreTransport, 'send'>;
  /** Full name of the provider of a workload identity pool, with `//iam.googleapis.com/`. */
  readonly audience: string;
  readonly impersonation: Impersonation | undefined;
  /** Returns a short-lived token of the ServiceAccount that Google shall see. */
  readonly identity: WorkloadIdentity;
  readonly nowMs: () => number;
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * Tokens of Google for a ServiceAccount that a workload identity pool trusts.
 * https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token
 */
export class TokenExchangeLogin {
  readonly #options: TokenExchangeLoginOptions;
  readonly #login: LoginToken;

  constructor(options: TokenExchangeLoginOptions) {
    this.#options = options;
    const { nowMs } = options;
    this.#login = new LoginToken({ nowMs, logIn: (signal) => this.#logIn(signal) });
  }

  /** Returns a token. Throws OutboundFault; RemoteFault StoreDenied if the identity is refused. */
  async token(signal: AbortSignal): Promise<string> {
    return this.#login.token(signal);
  }

  /** Forgets the token: the store may have refused it. */
  drop(): void {
    this.#login.drop();
  }

  async #logIn(signal: AbortSignal): Promise<IssuedToken> {
    const { sts, audience, impersonation, identity } = this.#options;
    const form = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      audience,
      scope: SCOPE,
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      subject_token: (await identity(signal)).revealText() ?? '',
    });
    const answer = await sts.send(
      {
        method: 'POST',
        path: '/v1/token',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.from(form.toString(), 'utf8'),
      },
      signal,
    );
    if (answer.status !== 200) throw refusedBy(answer);
    const federated = issuedToken(bodyOf(answer));
    if (impersonation === undefined) return federated;
    return impersonated(impersonation, federated.token, signal);
  }
}

/**
 * Exchanges the token once more, for one of a Google service account.
 * https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
 */
async function impersonated(
  { credentials, serviceAccount }: Impersonation,
  federated: string,
  signal: AbortSignal,
): Promise<IssuedToken> {
  const lifetimeSeconds = syncLimits.gcpImpersonationSeconds;
  const body = { scope: [SCOPE], lifetime: `${lifetimeSeconds}s` };
  const account = encodeURIComponent(serviceAccount);
  const answer = await credentials.send(
    {
      method: 'POST',
      path: `/v1/projects/-/serviceAccounts/${account}:generateAccessToken`,
      headers: { authorization: `Bearer ${federated}`, 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(body), 'utf8'),
    },
    signal,
  );
  if (answer.status !== 200) throw faultOfStatus(answer);
  const token = bearerOf(bodyOf(answer)['accessToken']);
  if (token !== undefined) return { token, lifetimeSeconds };
  throw new RemoteFault('TargetFailed', 'the impersonation does not answer with a token');
}

/** Returns the failure of an exchange. A refused token is 400, as RFC 8693 has it. */
function refusedBy(answer: HttpsAnswer): RemoteFault {
  const isRefusal = answer.status === 400 && typeof bodyIfJson(answer)?.['error'] === 'string';
  if (!isRefusal) return faultOfStatus(answer);
  return new RemoteFault('StoreDenied', 'Google refuses the token of the ServiceAccount');
}
