import type { GatewayGrant, GrantedRule } from '../access/domain/gateway-grants.js';
import { isMeant } from '../access/domain/named-rules.js';
import { accessLimits } from '../core/access-limits.js';
import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import { listOf, recordOf, textOf } from './kube-json.js';
import type { SelfKubeClient } from './self-kube.client.js';

type Client = Pick<SelfKubeClient, 'reviewOwnIdentity' | 'listRbac' | 'getRole'>;

interface Identity {
  readonly username: string;
  readonly groups: readonly string[];
}

interface BoundRole {
  readonly binding: string;
  readonly namespace: string;
  /** Of the role: `''` for a ClusterRole. */
  readonly roleNamespace: string;
  readonly roleName: string;
}

/**
 * Everything that RBAC grants to the gateway, in every namespace: two lists, and each role that one
 * of their bindings gives to its account or to a group of it.
 */
export class GatewayGrants {
  readonly #self: Client;

  constructor(self: Client) {
    this.#self = self;
  }

  /** Undefined where the gateway may not read RBAC. Throws where the API server does not answer. */
  async read(signal: AbortSignal): Promise<readonly GatewayGrant[] | undefined> {
    try {
      return await this.#read(signal);
    } catch (error) {
      if (error instanceof SallyportError && error.isInstallationFault) return undefined;
      throw error;
    }
  }

  async #read(signal: AbortSignal): Promise<readonly GatewayGrant[]> {
    const identity = identityOf(await this.#self.reviewOwnIdentity({ signal }));
    const bound = [
      ...(await this.#bindings('clusterrolebindings', identity, signal)),
      ...(await this.#bindings('rolebindings', identity, signal)),
    ];
    const rules = await this.#rulesOf(bound, signal);
    return bound.map((role) => ({
      binding: role.binding,
      namespace: role.namespace,
      rules: rules.get(keyOf(role)) ?? [],
    }));
  }

  async #bindings(
    resource: 'clusterrolebindings' | 'rolebindings',
    identity: Identity,
    signal: AbortSignal,
  ): Promise<readonly BoundRole[]> {
    const itemsMax = accessLimits.bindingsSearchedMax;
    const map = (json: unknown) => boundRole(json, identity);
    const found = await this.#self.listRbac(resource, '', map, { itemsMax, signal });
    return found.filter((one) => one !== undefined);
  }

  async #rulesOf(
    bound: readonly BoundRole[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly GrantedRule[]>> {
    const roles = [...new Map(bound.map((role) => [keyOf(role), role])).entries()];
    if (roles.length > accessLimits.gatewayRolesMax) {
      throw new SallyportError('TooLarge', 'too many roles are bound to the gateway');
    }
    const rules = new Map<string, readonly GrantedRule[]>();
    const atOnce = accessLimits.gatewayRolesReadConcurrentMax;
    for (let at = 0; at < roles.length; at += atOnce) {
      const some = roles.slice(at, at + atOnce);
      const read = some.map(async ([key, role]) => [key, await this.#rules(role, signal)] as const);
      for (const [key, of] of await Promise.all(read)) rules.set(key, of);
    }
    return rules;
  }

  /** None where the role was deleted: its binding grants nothing then. */
  async #rules(
    { roleNamespace, roleName }: BoundRole,
    signal: AbortSignal,
  ): Promise<readonly GrantedRule[]> {
    try {
      const role = await this.#self.getRole(roleNamespace, roleName, { signal });
      return listOf(role['rules']).map(toRule);
    } catch (error) {
      if (error instanceof SallyportError && error.code === 'NotFound') return [];
      throw error;
    }
  }
}

function identityOf(review: unknown): Identity {
  const { username, groups } = recordOf(recordOf(recordOf(review)['status'])['userInfo']);
  if (textOf(username) !== '') return { username: textOf(username), groups: textsOf(groups) };
  throw unavailable('the cluster cannot be reached', {
    internal: 'a SelfSubjectReview without a user',
  });
}

/** Undefined where a binding is for others. */
function boundRole(json: unknown, identity: Identity): BoundRole | undefined {
  const { metadata, roleRef, subjects } = recordOf(json);
  const isMine = listOf(subjects).some((subject) => {
    const { kind, name, namespace } = recordOf(subject);
    const texts = { kind: textOf(kind), name: textOf(name), namespace: textOf(namespace) };
    return isMeant(texts, identity);
  });
  if (!isMine) return undefined;
  const namespace = textOf(recordOf(metadata)['namespace']);
  const name = textOf(recordOf(metadata)['name']);
  const role = recordOf(roleRef);
  const kind = namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding';
  return {
    binding: `${kind} ${JSON.stringify(name)}`,
    namespace,
    roleNamespace: role['kind'] === 'Role' ? namespace : '',
    roleName: textOf(role['name']),
  };
}

function toRule(json: unknown): GrantedRule {
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = recordOf(json);
  return {
    verbs: textsOf(verbs),
    apiGroups: textsOf(apiGroups),
    resources: textsOf(resources),
    resourceNames: textsOf(resourceNames),
    nonResourceURLs: textsOf(nonResourceURLs),
  };
}

function keyOf({ roleNamespace, roleName }: BoundRole): string {
  return `${roleNamespace}/${roleName}`;
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).map(textOf);
}
