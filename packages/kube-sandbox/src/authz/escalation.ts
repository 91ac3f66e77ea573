import { isDeepStrictEqual } from 'node:util';
import { ApiStatusError, badRequest, forbidden, notFound } from '../model/api-status.js';
import type { PolicyRule } from '../model/identity.js';
import { isJsonObject, type KubeObject, nameOf } from '../model/kube-object.js';
import { storageKey, type StrategyContext } from '../model/resource-definition.js';
import { goQuote, goQuoteAll } from './go-quote.js';
import { rulesOf } from './policy-rule.js';
import { PRIVILEGED_GROUP } from './rbac-authorizer.js';
import { RBAC_GROUP, roleRefOf } from './role-binding.js';
import { describeUncovered } from './rule-covering.js';

const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/**
 * Throws the 403 of a Role or ClusterRole with rights that the author lacks, unless the author may
 * `escalate`; `old` on update.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#restrictions-on-role-creation-or-update
 */
export function refuseRoleEscalation(
  role: KubeObject,
  old: KubeObject | undefined,
  context: StrategyContext,
): void {
  if (isExempt(role, old, context)) return;
  const resource = role.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  const namespace = role.metadata.namespace ?? '';
  // The check uses the name in the request's URL; the URL of a create has none.
  const name = old === undefined ? '' : nameOf(role);
  if (context.isAllowed({ verb: 'escalate', group: RBAC_GROUP, resource, namespace, name })) return;
  refuseGrant(rulesOf(role), { resource, name: nameOf(role), namespace }, context);
  if (!aggregates(role) && !(old !== undefined && aggregates(old))) return;
  if (describeUncovered(context.rules(namespace), EVERYTHING).length === 0) return;
  const why = 'must have cluster-admin privileges to use the aggregationRule';
  throw forbidden({ group: RBAC_GROUP, resource }, nameOf(role), why);
}

/**
 * Throws the 403 of a RoleBinding or ClusterRoleBinding whose role has rights that the author
 * lacks, unless the author may `bind` that role; 404 if the role is missing.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#restrictions-on-role-binding-creation-or-update
 */
export function refuseBindingEscalation(
  binding: KubeObject,
  old: KubeObject | undefined,
  context: StrategyContext,
): void {
  if (isExempt(binding, old, context)) return;
  const resource = binding.kind === 'ClusterRoleBinding' ? 'clusterrolebindings' : 'rolebindings';
  const namespace = binding.metadata.namespace ?? '';
  const role = roleRefOf(binding);
  if (role.kind !== 'Role' && role.kind !== 'ClusterRole') {
    throw new ApiStatusError(500, '', `unsupported role reference kind: ${goQuote(role.kind)}`);
  }
  const question = { group: role.group, resource: resourceOf(role.kind), name: role.name };
  if (context.isAllowed({ verb: 'bind', namespace, ...question })) return;
  if (role.kind === 'Role' && namespace === '') throw badRequest('Namespace parameter required.');
  const key = storageKey({ group: RBAC_GROUP, resource: question.resource });
  const found = context.read(key, role.kind === 'Role' ? namespace : '', role.name);
  // The API server names the binding's resource, not the role's.
  if (found === undefined) throw notFound({ group: RBAC_GROUP, resource }, role.name);
  refuseGrant(rulesOf(found), { resource, name: nameOf(binding), namespace }, context);
}

function refuseGrant(
  wanted: readonly PolicyRule[],
  target: { readonly resource: string; readonly name: string; readonly namespace: string },
  context: StrategyContext,
): void {
  const missing = describeUncovered(context.rules(target.namespace), wanted);
  if (missing.length === 0) return;
  const { username, groups } = context.user;
  const who = `user ${goQuote(username)} (groups=${goQuoteAll(groups)})`;
  const what = 'is attempting to grant RBAC permissions not currently held';
  const why = `${who} ${what}:\n${missing.join('\n')}`;
  throw forbidden({ group: RBAC_GROUP, resource: target.resource }, target.name, why);
}

function isExempt(
  object: KubeObject,
  old: KubeObject | undefined,
  context: StrategyContext,
): boolean {
  if (context.user.groups.includes(PRIVILEGED_GROUP)) return true;
  return old !== undefined && isDeepStrictEqual(withoutCollection(object), withoutCollection(old));
}

/** Omits the fields that garbage collection changes; such changes need no right to grant. */
function withoutCollection(object: KubeObject): KubeObject {
  const { ownerReferences, finalizers, managedFields, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function aggregates(role: KubeObject): boolean {
  const rule = role['aggregationRule'];
  const selectors = isJsonObject(rule) ? rule['clusterRoleSelectors'] : undefined;
  return Array.isArray(selectors) && selectors.length > 0;
}

function resourceOf(kind: 'Role' | 'ClusterRole'): string {
  return kind === 'Role' ? 'roles' : 'clusterroles';
}
