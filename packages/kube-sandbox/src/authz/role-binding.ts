import type { UserInfo } from '../model/identity.js';
import { isJsonObject, type Json, type KubeObject, nameOf } from '../model/kube-object.js';
import { goQuote } from './go-quote.js';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

export interface Subject {
  readonly kind: string;
  readonly name: string;
  /** Namespace of a ServiceAccount; default: the namespace of the RoleBinding. */
  readonly namespace: string;
}

/** Role that a binding grants. */
export interface RoleRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** RoleBinding, or, with an empty namespace, ClusterRoleBinding. */
export interface Binding {
  readonly namespace: string;
  readonly name: string;
  readonly role: RoleRef;
  readonly subjects: readonly Subject[];
}

/** Reads a stored binding. */
export function bindingOf(object: KubeObject): Binding {
  const namespace = object.metadata.namespace ?? '';
  const subjects = Array.isArray(object['subjects']) ? object['subjects'] : [];
  return {
    namespace,
    name: nameOf(object),
    role: roleRefOf(object),
    subjects: subjects.map((subject) => parseSubject(subject, namespace)),
  };
}

/** Returns the `roleRef` of a binding, with the default of the optional API group. */
export function roleRefOf(binding: KubeObject): RoleRef {
  const source = isJsonObject(binding['roleRef']) ? binding['roleRef'] : {};
  const group = textOf(source['apiGroup']);
  return {
    group: group === '' ? RBAC_GROUP : group,
    kind: textOf(source['kind']),
    name: textOf(source['name']),
  };
}

/** Returns the key of a subject, or undefined if the subject cannot apply to any user. */
export function subjectKey({ kind, name, namespace }: Subject): string | undefined {
  if (kind === 'User') return userKey(name);
  if (kind === 'Group') return groupKey(name);
  if (kind !== 'ServiceAccount' || namespace === '') return undefined;
  return userKey(`system:serviceaccount:${namespace}:${name}`);
}

/** Returns the keys of all subjects that apply to a user. */
export function keysOf(user: UserInfo): ReadonlySet<string> {
  return new Set([userKey(user.username), ...user.groups.map(groupKey)]);
}

/** Formats `RoleBinding "b/ns" of Role "r" to User "u"` with the first applicable subject. */
export function describeGrant(binding: Binding, keys: ReadonlySet<string>): string {
  const { namespace, name, role, subjects } = binding;
  const isCluster = namespace === '';
  const kind = isCluster ? 'ClusterRoleBinding' : 'RoleBinding';
  const title = goQuote(isCluster ? name : `${name}/${namespace}`);
  const subject = subjects.find((candidate) => keys.has(subjectKey(candidate) ?? ''));
  const to = subject === undefined ? '' : ` to ${describeSubject(subject)}`;
  return `${kind} ${title} of ${role.kind} ${goQuote(role.name)}${to}`;
}

function describeSubject({ kind, name, namespace }: Subject): string {
  return `${kind} ${goQuote(kind === 'ServiceAccount' ? `${name}/${namespace}` : name)}`;
}

function parseSubject(value: Json, bindingNamespace: string): Subject {
  const source = isJsonObject(value) ? value : {};
  const kind = textOf(source['kind']);
  const own = textOf(source['namespace']);
  const namespace = kind === 'ServiceAccount' && own === '' ? bindingNamespace : own;
  return { kind, name: textOf(source['name']), namespace };
}

function userKey(name: string): string {
  return `user/${name}`;
}

function groupKey(name: string): string {
  return `group/${name}`;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
