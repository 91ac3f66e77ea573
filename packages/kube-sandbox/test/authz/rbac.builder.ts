import { RbacAuthorizer } from '../../src/authz/rbac-authorizer.js';
import { ApiStatusError } from '../../src/model/api-status.js';
import type { Attributes, UserInfo } from '../../src/model/identity.js';
import type { JsonObject, KubeObject } from '../../src/model/kube-object.js';
import type { Change, ObjectReader } from '../../src/model/object-reader.js';
import type { StrategyContext } from '../../src/model/resource-definition.js';

const GROUP = 'rbac.authorization.k8s.io';

function object(kind: string, namespace: string, name: string, rest: JsonObject): KubeObject {
  const metadata = namespace === '' ? { name } : { name, namespace };
  return { apiVersion: `${GROUP}/v1`, kind, metadata, ...rest };
}

export function clusterRole(name: string, ...rules: JsonObject[]): KubeObject {
  return object('ClusterRole', '', name, { rules });
}

export function role(namespace: string, name: string, ...rules: JsonObject[]): KubeObject {
  return object('Role', namespace, name, { rules });
}

export function subject(kind: string, name: string, namespace?: string): JsonObject {
  return { kind, name, ...(namespace !== undefined && { namespace }) };
}

/** `to` is `ClusterRole/name` or `Role/name`; an empty namespace makes a ClusterRoleBinding. */
export function binding(
  namespace: string,
  name: string,
  to: string,
  ...subjects: JsonObject[]
): KubeObject {
  const [kind = '', roleName = ''] = to.split('/');
  const kindOfBinding = namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding';
  const roleRef = { apiGroup: GROUP, kind, name: roleName };
  return object(kindOfBinding, namespace, name, { roleRef, subjects });
}

/** A store of RBAC objects in memory. */
export class RbacObjects implements ObjectReader {
  readonly #objects: KubeObject[];
  readonly #listeners: ((change: Change) => void)[] = [];

  constructor(...objects: KubeObject[]) {
    this.#objects = objects;
  }

  get({ resource, namespace, name }: { resource: string; namespace: string; name: string }) {
    return this.all(resource).find(
      ({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace,
    );
  }

  all(resource: string): readonly KubeObject[] {
    return this.#objects.filter((candidate) => resourceOf(candidate) === resource);
  }

  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  emit(type: Change['type'], changed: KubeObject): void {
    const { name = '', namespace = '' } = changed.metadata;
    const path = { resource: resourceOf(changed), namespace, name };
    const change = { ...path, type, revision: 1, object: JSON.stringify(changed) };
    for (const listener of this.#listeners) listener({ ...change, previous: undefined });
  }
}

export function authorizerOf(...objects: KubeObject[]): RbacAuthorizer {
  return new RbacAuthorizer(new RbacObjects(...objects));
}

export function userNamed(username: string, ...groups: string[]): UserInfo {
  return { username, uid: '', groups, extra: {} };
}

/** `get secrets/status name` in a namespace; a resource may have its group behind a dot. */
export function asks(user: UserInfo, text: string, namespace = ''): Attributes {
  const [verb = '', what = '', name = ''] = text.split(' ');
  const [resource = '', ...subresource] = what.split('/');
  const [plural = '', ...group] = resource.split('.');
  return {
    user,
    verb,
    isResource: true,
    group: group.join('.'),
    version: 'v1',
    resource: plural,
    subresource: subresource.join('/'),
    namespace,
    name,
    path: '',
  };
}

export function asksPath(user: UserInfo, verb: string, path: string): Attributes {
  return { ...asks(user, verb), isResource: false, resource: '', path };
}

/** What a strategy sees of a store. */
export function contextFor(user: UserInfo, ...objects: KubeObject[]): StrategyContext {
  const reader = new RbacObjects(...objects);
  const authorizer = new RbacAuthorizer(reader);
  return {
    user,
    now: '2026-01-01T00:00:00Z',
    read: (resource, namespace, name) => reader.get({ resource, namespace, name }),
    isAllowed: (question) => authorizer.decide({ ...asks(user, ''), ...question }).isAllowed,
    rules: (namespace) => authorizer.rulesFor(user, namespace),
  };
}

/** The Status that a call throws. */
export function statusOf(call: () => unknown): JsonObject {
  try {
    call();
  } catch (error) {
    if (error instanceof ApiStatusError) return error.toStatus();
    throw error;
  }
  throw new Error('nothing was thrown');
}

function resourceOf({ kind }: KubeObject): string {
  return `${kind.toLowerCase()}s.${GROUP}`;
}
