import type {
  GatewayGrant,
  GrantedRule,
  UncheckedGrants,
} from '../access/domain/gateway-grants.js';
import { isMeant } from '../access/domain/named-rules.js';
import { accessLimits } from '../core/access-limits.js';
import { isNotFound } from '../core/errors/not-found.js';
import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import { listOf, recordOf, textOf } from './kube-json.js';
import type { RbacResource, SelfKubeClient } from './self-kube.client.js';

type Client = Pick<SelfKubeClient, 'reviewOwnIdentity' | 'listRbac' | 'getRole'>;

interface Identity {
  readonly username: string;
  readonly groups: readonly string[];
}

interface BoundRole {
  readonly binding: string;
  readonly namespace: string;
  /** Namespace of the role: `''` for a ClusterRole. */
  readonly roleNamespace: string;
  readonly roleName: string;
}

type RulesByRole = ReadonlyMap<string, readonly GrantedRule[]>;

interface RbacList {
  readonly resource: RbacResource;
  readonly namespace: string;
  readonly itemsMax: number;
  readonly signal: AbortSignal;
}

/** More RBAC objects than the limit; the message is a sentence for operators. */
class TooManyObjects extends Error {
  override name = 'TooManyObjects';
}

/**
 * All RBAC grants of the gateway, in every namespace. Reads two lists of bindings, and each role
 * that a binding gives to the gateway's account or to a group of it.
 */
export class GatewayGrants {
  readonly #self: Client;

  constructor(self: Client) {
    this.#self = self;
  }

  /** Reads grants; undefined without a right to read RBAC. Throws without an answer. */
  async read(signal: AbortSignal): Promise<readonly GatewayGrant[] | UncheckedGrants | undefined> {
    try {
      return await this.#read(signal);
    } catch (error) {
      if (error instanceof TooManyObjects) return { unchecked: error.message };
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
    return this.#list({ resource, namespace: '', itemsMax, signal }, map);
  }

  async #list<Item>(
    { resource, namespace, itemsMax, signal }: RbacList,
    map: (json: unknown) => Item | undefined,
  ): Promise<readonly Item[]> {
    try {
      const found = await this.#self.listRbac(resource, namespace, map, { itemsMax, signal });
      return found.filter((one) => one !== undefined);
    } catch (error) {
      if (!(error instanceof SallyportError) || error.code !== 'TooLarge') throw error;
      const place = namespace === '' ? 'the cluster' : `namespace ${namespace}`;
      throw new TooManyObjects(
        `${place} has more than ${itemsMax} ${resource}, which is more than the gateway checks: ` +
          'delete some',
      );
    }
  }

  async #rulesOf(bound: readonly BoundRole[], signal: AbortSignal): Promise<RulesByRole> {
    const roles = [...new Map(bound.map((role) => [keyOf(role), role])).values()];
    if (roles.length > accessLimits.gatewayRolesMax) throw new TooManyObjects(tooMany(roles));
    const rules = new Map<string, readonly GrantedRule[]>();
    const atOnce = accessLimits.gatewayRolesReadConcurrentMax;
    for (const [namespace, some] of Map.groupBy(roles, ({ roleNamespace }) => roleNamespace)) {
      const isListed = namespace !== '' && some.length > atOnce;
      const read = isListed ? this.#listed(namespace, some, signal) : this.#single(some, signal);
      for (const [key, of] of await read) rules.set(key, of);
    }
    return rules;
  }

  async #single(roles: readonly BoundRole[], signal: AbortSignal): Promise<RulesByRole> {
    const rules = new Map<string, readonly GrantedRule[]>();
    const atOnce = accessLimits.gatewayRolesReadConcurrentMax;
    for (let at = 0; at < roles.length; at += atOnce) {
      const some = roles.slice(at, at + atOnce);
      const read = some.map(
        async (role) => [keyOf(role), await this.#rules(role, signal)] as const,
      );
      for (const [key, of] of await Promise.all(read)) rules.set(key, of);
    }
    return rules;
  }

  /** Reads many Roles of one namespace; discards its other Roles. */
  async #listed(
    namespace: string,
    roles: readonly BoundRole[],
    signal: AbortSignal,
  ): Promise<RulesByRole> {
    const keys = new Set(roles.map(keyOf));
    const itemsMax = accessLimits.rbacObjectsMax;
    const map = (json: unknown): readonly [string, readonly GrantedRule[]] | undefined => {
      const { metadata, rules } = recordOf(json);
      const roleName = textOf(recordOf(metadata)['name']);
      const key = keyOf({ roleNamespace: namespace, roleName });
      return keys.has(key) ? [key, listOf(rules).map(toRule)] : undefined;
    };
    return new Map(await this.#list({ resource: 'roles', namespace, itemsMax, signal }, map));
  }

  /** Returns no rules if the role was deleted: its binding grants nothing then. */
  async #rules(
    { roleNamespace, roleName }: BoundRole,
    signal: AbortSignal,
  ): Promise<readonly GrantedRule[]> {
    try {
      const role = await this.#self.getRole(roleNamespace, roleName, { signal });
      return listOf(role['rules']).map(toRule);
    } catch (error) {
      if (isNotFound(error)) return [];
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

/** Parses a binding; undefined if it is for others. */
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

function keyOf({ roleNamespace, roleName }: Pick<BoundRole, 'roleNamespace' | 'roleName'>): string {
  return `${roleNamespace}/${roleName}`;
}

function tooMany(roles: readonly BoundRole[]): string {
  const places = [...Map.groupBy(roles, ({ namespace }) => namespace)];
  const [[namespace, most] = ['', []]] = places.toSorted(([, a], [, b]) => b.length - a.length);
  const place = namespace === '' ? 'the whole cluster' : `namespace ${namespace}`;
  return (
    `${roles.length} roles are bound to the gateway, ${most.length} of them in ${place}, and the ` +
    `gateway checks at most ${accessLimits.gatewayRolesMax}: delete bindings there, such as those ` +
    'for system:authenticated'
  );
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).map(textOf);
}
