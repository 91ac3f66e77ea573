import type { ResourceRequest } from '../../access/access.service.js';
import type { TokenScope } from '../../core/token-scope.js';
import type { StoredIdentity } from './stored-identity.js';

type Verb = 'create' | 'list' | 'delete';
type Rights = readonly [ResourceRequest, ...ResourceRequest[]];

/** Returns the right on the tokens of a namespace; `''` means the whole cluster. */
export function tokenRight(verb: Verb, namespace: string): ResourceRequest {
  return { verb, group: 'sallyport.dev', resource: 'accesstokens', namespace, name: '' };
}

/** Returns the namespaces that a scope names individually; undefined if it allows any. */
export function namedNamespaces({ namespaces }: TokenScope): readonly string[] | undefined {
  if (namespaces === undefined || namespaces.length === 0) return undefined;
  return namespaces.some((name) => name.includes('*')) ? undefined : namespaces;
}

/** Returns all rights for a token of this scope: per namespace, or cluster-wide for any. */
export function rightsOnToken(verb: Verb, scope: TokenScope): Rights {
  const [first = '', ...others] = namedNamespaces(scope) ?? [];
  return [tokenRight(verb, first), ...others.map((namespace) => tokenRight(verb, namespace))];
}

/**
 * Returns all rights to act as an identity, as the API server splits an impersonated name.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
 */
export function impersonationRights(target: StoredIdentity): Rights {
  if (target.kind === 'serviceAccount') {
    return [impersonate('serviceaccounts', target.name, target.namespace)];
  }
  const { username, uid, groups, extra } = target;
  return [
    impersonate('users', username),
    ...(uid === '' ? [] : [ofAuthentication('uids', uid)]),
    ...groups.map((group) => impersonate('groups', group)),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) => ({ ...ofAuthentication('userextras', value), subresource: key })),
    ),
  ];
}

function impersonate(resource: string, name: string, namespace = ''): ResourceRequest {
  return { verb: 'impersonate', group: '', resource, namespace, name };
}

function ofAuthentication(resource: string, name: string): ResourceRequest {
  return { ...impersonate(resource, name), group: 'authentication.k8s.io' };
}
