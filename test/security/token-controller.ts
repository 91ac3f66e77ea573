import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../cluster/cluster.js';

export const TOKEN_TYPE = 'kubernetes.io/service-account-token';
const ACCOUNT = 'kubernetes.io/service-account.name';
const ACCOUNT_UID = 'kubernetes.io/service-account.uid';

export interface SecretObject {
  readonly type?: string;
  readonly metadata: {
    readonly name: string;
    readonly uid?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
}

/** A Secret that asks for a token of a ServiceAccount. */
export function tokenSecret(name: string, account: string): SecretObject & { apiVersion: string } {
  const metadata = { name, annotations: { [ACCOUNT]: account } };
  return { apiVersion: 'v1', metadata, type: TOKEN_TYPE };
}

/**
 * Completes a token Secret as `generateTokenIfNeeded` of Kubernetes' token controller does, and as
 * its user. Returns the status of its update, undefined where nothing is to be done.
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/controller/serviceaccount/tokens_controller.go#L362
 */
export async function completeToken(
  cluster: Cluster,
  namespace: string,
  name: string,
): Promise<number | undefined> {
  const headers = { 'Impersonate-User': 'system:kube-controller-manager' };
  const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
  const found = await cluster.request<SecretObject>('GET', path, undefined, { headers });
  const { type, data, metadata } = found.body;
  if (found.status !== 200 || type !== TOKEN_TYPE || data?.['token'] !== undefined)
    return undefined;
  const account = metadata.annotations?.[ACCOUNT] ?? '';
  const uid = await uidOf(cluster, namespace, account);
  if (uid === undefined) return undefined;
  const token = legacyTokenOf(cluster, { namespace, secret: name, account, uid });
  const annotations = { ...metadata.annotations, [ACCOUNT]: account, [ACCOUNT_UID]: uid };
  const completed = {
    ...found.body,
    metadata: { ...metadata, annotations },
    data: { token: encoded(token), namespace: encoded(namespace) },
  };
  return (await cluster.request('PUT', path, completed, { headers })).status;
}

async function uidOf(
  cluster: Cluster,
  namespace: string,
  account: string,
): Promise<string | undefined> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}`;
  const { status, body } = await cluster.request<SecretObject>('GET', path);
  return status === 200 ? body.metadata.uid : undefined;
}

export interface LegacyClaims {
  readonly namespace: string;
  readonly secret: string;
  readonly account: string;
  readonly uid: string;
}

/** A token that does not expire, signed by the cluster, its claims in the controller's order. */
export function legacyTokenOf(
  cluster: Cluster,
  { namespace, secret, account, uid }: LegacyClaims,
): string {
  const prefix = 'kubernetes.io/serviceaccount';
  const claims = {
    iss: 'kubernetes/serviceaccount',
    [`${prefix}/namespace`]: namespace,
    [`${prefix}/secret.name`]: secret,
    [`${prefix}/service-account.name`]: account,
    [`${prefix}/service-account.uid`]: uid,
    sub: `system:serviceaccount:${namespace}:${account}`,
  };
  const key = createPrivateKey(readFileSync(join(cluster.dir, 'pki', 'service-account.key')));
  const parts = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const text = parts.join('.');
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
}

/** Base64 as `data` of a Secret has it. */
export function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}
