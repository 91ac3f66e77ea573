import type { TestCluster } from '../../cluster/test-cluster.js';
import type { Right } from './generated-calls.js';

/** Somebody as `kubectl --as` and `--as-group` name them. */
export interface Impersonated {
  readonly name: string;
  /** The API server adds those of a ServiceAccount, and `system:authenticated`. */
  readonly groups: readonly string[];
}

interface RealRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

/**
 * Whether the API server itself lets somebody use a right: by a request that needs it, sent as
 * them. It authorises before it looks for a resource, so those that it does not serve are 404.
 */
export async function mayUse(
  cluster: TestCluster,
  user: Impersonated,
  right: Right,
): Promise<boolean> {
  const headers = {
    'Impersonate-User': bytesOf(user.name),
    ...(user.groups.length > 0 && { 'Impersonate-Group': user.groups.map(bytesOf) }),
  };
  if (right.name.includes('/')) return canI(cluster, headers, right);
  const { method, path, body } = requestOf(right);
  const { status } = await cluster.request(method, path, body, { headers });
  if ([200, 201, 404, 409].includes(status)) return true;
  if (status === 403) return false;
  throw new Error(`${method} ${path} is answered ${status}`);
}

/** No path names an object with a slash in its name: `kubectl auth can-i --as` asks about those. */
async function canI(
  cluster: TestCluster,
  headers: Readonly<Record<string, string | string[]>>,
  resourceAttributes: Right,
): Promise<boolean> {
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const review = {
    ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' },
    spec: { resourceAttributes },
  };
  const { status, body } = await cluster.request<{
    readonly status: { readonly allowed: boolean };
  }>('POST', path, review, { headers });
  if (status !== 201) throw new Error(`a review is answered ${status}`);
  return body.status.allowed;
}

function requestOf({ verb, group, resource, namespace, name }: Right): RealRequest {
  const api = group === '' ? '/api/v1' : `/apis/${group}/v1`;
  const collection = `${api}/namespaces/${namespace}/${resource}`;
  const one = `${collection}/${name}`;
  const object = (named: string) => {
    return { apiVersion: 'v1', kind: 'Secret', metadata: { name: named }, stringData: { a: 'b' } };
  };
  switch (verb) {
    case 'get':
      return { method: 'GET', path: one };
    case 'list':
      return { method: 'GET', path: `${collection}?fieldSelector=metadata.name%3D${name}` };
    case 'create':
      return { method: 'POST', path: `${collection}?dryRun=All`, body: object('created') };
    case 'update':
      return { method: 'PUT', path: `${one}?dryRun=All`, body: object(name) };
    case 'patch':
      return { method: 'PATCH', path: `${one}?dryRun=All`, body: { stringData: { a: 'b' } } };
    case 'delete':
      return { method: 'DELETE', path: `${one}?dryRun=All` };
    default:
      throw new Error(`no request needs the verb ${verb}`);
  }
}

/** Headers hold bytes: those of UTF-8, as Go reads them. */
function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
