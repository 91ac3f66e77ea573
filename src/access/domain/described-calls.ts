import type { AuditAction } from '../../audit/domain/audit-event.js';
import type { ResourceRequest } from '../access.service.js';
import type { ScopedCall } from './scope-refusal.js';
import { type Rights, secretRight } from './secret-rights.js';

/** Operation of the gateway for a caller who has a right. */
export interface OpenedOperation {
  /** Call as in the audit event of the operation: scopes are compared with it. */
  readonly call: ScopedCall;
  /** One right of each list is needed; an empty list of lists means every caller. */
  readonly needs: readonly Rights[];
  /** Namespaces in which the operation works; `served` needs the broker. */
  readonly reach: 'anywhere' | 'reachable' | 'served';
}

/** Returns the operation that a right opens; undefined: none. */
export type Describe = (request: ResourceRequest) => OpenedOperation | undefined;
/** Returns the rights that an operation needs, given the right that was asked about. */
export type Needs = (request: ResourceRequest) => readonly Rights[];
/** Operations by the verb of the right. */
export type Verbs = Readonly<Record<string, Describe>>;

/** A Secret and one key, neither of which can contain a `/`. */
const KEY_NAME = /^([^/]+)\/([^/]+)$/;
export const itself: Needs = (request) => [[request]];

/** Describes a call about a Secret, or with an empty name about all of a namespace. */
export function secretCall(
  action: AuditAction,
  needs: Needs = itself,
  reach: OpenedOperation['reach'] = 'reachable',
): Describe {
  return (request) => {
    const { name } = request;
    const secret = name === '' ? {} : { secret: name };
    return { call: { action, ...namespaceOf(request), ...secret }, needs: needs(request), reach };
  };
}

/** Describes the calls about a custom resource; the audit facts name an object as a Secret. */
export function customResource(read: AuditAction, write: AuditAction): Verbs {
  return objectCalls({ read: secretCall(read), write: secretCall(write), remove: deletion(write) });
}

/** Describes the calls about objects that the API server stores. */
export function objectCalls({
  read,
  write,
  remove,
}: Readonly<Record<'read' | 'write' | 'remove', Describe>>): Verbs {
  return {
    ...{ get: read, list: read, watch: read },
    ...{ create: write, update: write, patch: write },
    ...{ delete: remove, deletecollection: remove },
  };
}

/** Describes a deletion: it sets up nothing that acts later, so a token with a scope may do it. */
function deletion(action: AuditAction): Describe {
  return (request) => {
    const { name } = request;
    const secret = name === '' ? {} : { secret: name };
    const place = { action, ...namespaceOf(request), ...secret };
    return { call: { ...place, deletesOnly: true }, needs: itself(request), reach: 'reachable' };
  };
}

/** Describes a call about one key, or with an empty name about every key; none for other names. */
export function keyCall(
  action: AuditAction,
  kubernetesVerb: string,
  rights: (ref: { readonly namespace: string; readonly name: string }, key: string) => Rights,
): Describe {
  return (request) => {
    const { namespace, name } = request;
    const place = { action, ...namespaceOf(request) };
    if (name === '') {
      const needs = [[secretRight(kubernetesVerb, request), request]] as const;
      return { call: place, needs, reach: 'reachable' };
    }
    const [, secret, key] = KEY_NAME.exec(name) ?? [];
    if (secret === undefined || key === undefined) return undefined;
    const needs = [rights({ namespace, name: secret }, key)];
    return { call: { ...place, secret, keys: [key], keysOnly: true }, needs, reach: 'reachable' };
  };
}

/** Describes a call about all of a namespace. */
export function namespaceCall(action: AuditAction, needs: Needs = itself): Describe {
  return (request) => ({
    call: { action, ...namespaceOf(request) },
    needs: needs(request),
    reach: 'reachable',
  });
}

/** Describes a call about no Secret and no namespace. */
export function call(action: AuditAction, needs: Needs): Describe {
  return (request) => ({ call: { action }, needs: needs(request), reach: 'anywhere' });
}

/** Rights on tokens depend only on the namespace. */
export function tokenCall(action: AuditAction): Describe {
  return (request) => ({
    call: { action, ...namespaceOf(request) },
    needs: [[{ ...request, name: '' }]],
    reach: 'anywhere',
  });
}

/** Describes a call; the API server checks one namespace as if it was inside itself. */
export function oneNamespace(request: ResourceRequest): OpenedOperation {
  const namespace = request.name === '' ? request.namespace : request.name;
  return {
    // Without a name, any of them is meant: only a scope of all namespaces matches `*`.
    call: { action: 'namespaces.list', namespace: namespace === '' ? '*' : namespace },
    needs: [[{ ...request, namespace }]],
    reach: 'anywhere',
  };
}

export function allNamespaces(request: ResourceRequest): OpenedOperation {
  const needs = [[{ ...request, namespace: '' }]] as const;
  return { call: { action: 'namespaces.list' }, needs, reach: 'anywhere' };
}

export function forwardedCall(request: ResourceRequest): OpenedOperation {
  const forwarded = { action: 'kubectl.request', ...namespaceOf(request) };
  return { call: forwarded, needs: [[request]], reach: 'reachable' };
}

export function namespaceOf({ namespace }: ResourceRequest): { readonly namespace?: string } {
  return namespace === '' ? {} : { namespace };
}
