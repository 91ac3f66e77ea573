import { Injectable } from '@nestjs/common';
import { TokenReviewer } from '../auth/token-reviewer.js';
import { isNotFound } from '../core/errors/not-found.js';
import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import { SecretValue } from '../core/secret-value.js';
import { syncLimits } from '../core/sync-limits.js';
import {
  AccountTokenFault,
  type AccountTokenRequest,
  AccountTokens,
} from '../sync/domain/account-tokens.js';
import { BrokerKubeClient } from './broker-kube.client.js';
import { recordOf, textOf } from './kube-json.js';

/**
 * Tokens of ServiceAccounts by TokenRequest, as the broker: each account allows it by a Role.
 * https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
 */
@Injectable()
export class KubeAccountTokens extends AccountTokens {
  readonly #broker: Pick<BrokerKubeClient, 'send'>;
  readonly #reviewer: TokenReviewer;

  constructor(broker: BrokerKubeClient, reviewer: TokenReviewer) {
    super();
    this.#broker = broker;
    this.#reviewer = reviewer;
  }

  override async token(request: AccountTokenRequest, signal: AbortSignal): Promise<SecretValue> {
    const token = await this.#requested(request, signal);
    // A store that gets such a token could act as the ServiceAccount in the cluster.
    const review = await this.#reviewer.review(token, []);
    if (review === undefined) return token;
    const message = `the API server accepts tokens for audience "${request.audience}" itself`;
    throw new AccountTokenFault('AudienceRefused', message);
  }

  async #requested(
    { namespace, name, audience }: AccountTokenRequest,
    signal: AbortSignal,
  ): Promise<SecretValue> {
    const path = ['api', 'v1', 'namespaces', namespace, 'serviceaccounts', name, 'token'];
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { audiences: [audience], expirationSeconds: syncLimits.accountTokenSeconds },
    };
    try {
      // A token that is lost ends by itself, and changes nothing.
      const call = { method: 'POST', path, body, effect: 'none', signal } as const;
      const answer = await this.#broker.send(call);
      const token = SecretValue.fromText(textOf(recordOf(answer['status'])['token']));
      if (token !== undefined && token.sizeBytes > 0) return token;
    } catch (error) {
      throw faultOf(error, `${namespace}/${name}`) ?? error;
    }
    throw unavailable('the cluster gave an unexpected answer');
  }
}

function faultOf(error: unknown, account: string): AccountTokenFault | undefined {
  if (isNotFound(error)) {
    return new AccountTokenFault('AccountMissing', `there is no ServiceAccount ${account}`);
  }
  const isDenied = error instanceof SallyportError && error.isInstallationFault;
  if (!isDenied) return undefined;
  const what = `the gateway may not create tokens of ServiceAccount ${account}`;
  const message = `${what}: see sync-token.yaml`;
  return new AccountTokenFault('TokenForbidden', message);
}
