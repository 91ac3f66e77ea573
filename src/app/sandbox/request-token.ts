import type { SandboxRequests } from './apply-manifests.js';

export interface TokenOptions {
  /** Empty: the audiences of the API server. */
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
}

export interface IssuedToken {
  readonly token: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

/**
 * Requests a token of a ServiceAccount. Resolves to undefined if there is no such account; throws
 * otherwise.
 */
export async function requestToken(
  sandbox: SandboxRequests,
  account: { readonly namespace: string; readonly name: string },
  { audiences, expirationSeconds }: TokenOptions,
): Promise<IssuedToken | undefined> {
  const { namespace, name } = account;
  const answer = await sandbox.request(
    'POST',
    `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds, ...(audiences.length > 0 && { audiences }) },
    },
  );
  if (answer.status === 404) return undefined;
  if (answer.status !== 201) {
    throw new Error(`the sandbox made no token of ${namespace}/${name}: ${answer.status}`);
  }
  const { status } = answer.body as {
    readonly status: { readonly token: string; readonly expirationTimestamp: string };
  };
  return {
    token: status.token,
    issuedAtMs: Date.now(),
    expiresAtMs: Date.parse(status.expirationTimestamp),
  };
}

/** A token is due from the middle of its life, so that a few failed renewals do no harm. */
export function isDue({ issuedAtMs, expiresAtMs }: IssuedToken, nowMs: number): boolean {
  return nowMs - issuedAtMs >= (expiresAtMs - issuedAtMs) / 2;
}
