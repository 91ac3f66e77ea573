import type { ApiClient } from './api-client.js';
import { expectSuccess } from './api-failure.js';

export interface TokenSettings {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Default: those of the API server itself. */
  readonly audiences?: readonly string[];
  /** At least 600; default 3600. */
  readonly expirationSeconds?: number;
  /** The name of a pod of this ServiceAccount; the token ends with it. */
  readonly boundPod?: string;
}

/** A token from the TokenRequest API; the ServiceAccount must exist. */
export async function createToken(
  cluster: Pick<ApiClient, 'request'>,
  settings: TokenSettings,
): Promise<string> {
  const { namespace, serviceAccount, audiences, expirationSeconds = 3_600, boundPod } = settings;
  const boundObjectRef =
    boundPod === undefined ? undefined : { apiVersion: 'v1', kind: 'Pod', name: boundPod };
  const response = await cluster.request<{ readonly status: { readonly token: string } }>(
    'POST',
    `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`,
    {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { audiences, expirationSeconds, boundObjectRef },
    },
  );
  return expectSuccess(response).body.status.token;
}
