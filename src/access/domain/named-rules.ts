import type { Principal } from '../../core/principal.js';

/** Rule of RBAC that lists names of objects. */
export interface NamedRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
}

/** Role or ClusterRole, with its rules that list names. */
export interface NamedRole {
  readonly kind: string;
  readonly name: string;
  readonly rules: readonly NamedRule[];
}

export interface RoleSubject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

export interface RoleBinding {
  readonly role: Pick<NamedRole, 'kind' | 'name'>;
  readonly subjects: readonly RoleSubject[];
}

type Identity = Pick<Principal, 'username' | 'groups'>;

/**
 * Rules that list names, from which a list of rights learns its questions. They decide nothing:
 * Kubernetes decides about each right.
 */
export abstract class NamedRules {
  /** Returns the caller's rules in a namespace. Throws if they cannot be read. */
  abstract of(principal: Identity, namespace: string): Promise<readonly NamedRule[]>;
}

/** Returns the rules of the roles that some bindings give to the caller. */
export function boundRules(
  principal: Identity,
  bindings: readonly RoleBinding[],
  roles: readonly NamedRole[],
): readonly NamedRule[] {
  const mine = bindings.filter(({ subjects }) => subjects.some((one) => isMeant(one, principal)));
  const bound = new Set(mine.map(({ role }) => keyOf(role)));
  return roles.filter((role) => bound.has(keyOf(role))).flatMap(({ rules }) => rules);
}

/** Returns names that rules list. https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
export function namesFor(
  rules: readonly NamedRule[],
  right: {
    readonly verb: string;
    readonly group: string;
    readonly resource: string;
    readonly subresource?: string;
  },
): readonly string[] {
  const { verb, group, resource, subresource = '' } = right;
  const whole =
    subresource === '' ? [resource] : [`${resource}/${subresource}`, `*/${subresource}`];
  const matches = (listed: readonly string[], ...texts: readonly string[]) =>
    listed.includes('*') || texts.some((text) => listed.includes(text));
  return rules
    .filter(({ verbs, apiGroups, resources }) => {
      return matches(verbs, verb) && matches(apiGroups, group) && matches(resources, ...whole);
    })
    .flatMap(({ resourceNames }) => resourceNames);
}

/** Reports whether a binding gives its role to somebody. */
export function isMeant(
  { kind, name, namespace }: RoleSubject,
  { username, groups }: Identity,
): boolean {
  switch (kind) {
    case 'User':
      return name === username;
    case 'Group':
      return groups.includes(name);
    case 'ServiceAccount':
      return `system:serviceaccount:${namespace}:${name}` === username;
    default:
      return false;
  }
}

function keyOf({ kind, name }: Pick<NamedRole, 'kind' | 'name'>): string {
  return `${kind}/${name}`;
}
