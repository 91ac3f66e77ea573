import type { AuditAction } from '../../audit/domain/audit-event.js';
import type { ConfiguredResource } from '../../core/configured-resource.js';
import type { ResourceRequest } from '../access.service.js';
import type { ScopedCall } from './scope-refusal.js';
import {
  type Rights,
  listRights,
  metadataRights,
  readKeyRights,
  secretRight,
  versionRight,
  watchRights,
  writeKeyRights,
} from './secret-rights.js';

/** Operation of the gateway for a caller who has a right. */
export interface OpenedOperation {
  /** Call as in the audit event of the operation: scopes are compared with it. */
  readonly call: ScopedCall;
  /** One right of each list is needed; an empty list of lists means every caller. */
  readonly needs: readonly Rights[];
  /** Namespaces in which the operation works; `served` needs the broker. */
  readonly reach: 'anywhere' | 'reachable' | 'served';
}

type Describe = (request: ResourceRequest) => OpenedOperation | undefined;
type Needs = (request: ResourceRequest) => readonly Rights[];
type Verbs = Readonly<Record<string, Describe>>;

/** A Secret and one key, neither of which can contain a `/`. */
const KEY_NAME = /^([^/]+)\/([^/]+)$/;
const group = 'sallyport.dev';
const authentication = 'authentication.k8s.io';
const authorization = 'authorization.k8s.io';

const itself: Needs = (request) => [[request]];
const everywhere: Needs = (request) => [[{ ...request, namespace: '', name: '' }]];

const clusterWide: Needs = (request) => [[{ ...request, namespace: '' }]];
/** A schema learns something about each value that is written where it applies. */
const writesSchema: Needs = (request) => [
  ...clusterWide(request),
  [secretRight('list', { namespace: '', name: '' })],
];
const writesLocalSchema: Needs = (request) => [
  [request],
  [secretRight('list', { ...request, name: '' })],
];

const secrets: Verbs = {
  get: secretCall('secrets.reveal'),
  list: secretCall('secrets.list'),
  watch: secretCall('secrets.watch'),
  create: secretCall('secrets.create'),
  update: secretCall('secrets.update'),
  patch: secretCall('secrets.patch'),
  delete: secretCall('secrets.delete'),
  deletecollection: secretCall('secrets.delete'),
};

const metadata: Verbs = {
  get: secretCall('secrets.get', (ref) => [metadataRights(ref)]),
  list: secretCall('secrets.list', ({ namespace, name }) => [listRights(namespace, name)]),
  watch: secretCall('secrets.watch', ({ namespace, name }) => [watchRights(namespace, name)]),
};

const keys: Verbs = {
  get: keyCall('secrets.reveal', 'get', readKeyRights),
  update: keyCall('secrets.update', 'patch', (ref, key) => writeKeyRights('update', ref, key)),
  delete: keyCall('secrets.update', 'patch', (ref, key) => writeKeyRights('delete', ref, key)),
};

const rotations = customResource('rotations.get', 'rotations.update');
const shares = customResource('shares.get', 'shares.update');
const environments = customResource('environments.get', 'environments.update');
const imports = customResource('imports.get', 'imports.update');

/** Schemas are in no namespace, so that only a right in all of them opens a call. */
const schemas = objectCalls({
  read: call('schemas.get', clusterWide),
  write: call('schemas.update', writesSchema),
  remove: call('schemas.update', clusterWide),
});

/** A schema of a namespace concerns all of its Secrets, so that a scope of Secrets opens none. */
const localSchemas = objectCalls({
  read: namespaceCall('schemas.get'),
  write: namespaceCall('schemas.update', writesLocalSchema),
  remove: namespaceCall('schemas.update'),
});

/** Rights to restore a retired version include the right to restore others. */
const restoreRetired: Needs = (request) => [
  [versionRight('create', request, 'restore')],
  [request],
];

/** Restarts of a Secret's consumers: a rotation checks whether its author may restart them. */
const workload: Verbs = {
  patch: (request) => ({
    call: { action: 'rotations.update', ...namespaceOf(request) },
    needs: [[request]],
    reach: 'served',
  }),
};

const acting: Verbs = { impersonate: call('access.review', itself) };
const selfReview: Verbs = { create: call('access.review', () => []) };

/** Operations by group and resource, in order of checks: the table of docs/deploy.md. */
const operations: Readonly<Record<string, Verbs>> = {
  '/secrets': secrets,
  '/namespaces': { get: oneNamespace, list: allNamespaces, watch: allNamespaces },
  [`${group}/secretmetadata`]: metadata,
  [`${group}/secretkeys`]: keys,
  [`${group}/secretversions`]: {
    get: secretCall('versions.get', itself, 'served'),
    list: secretCall('versions.list', itself, 'served'),
    update: secretCall('versions.update', itself, 'served'),
    delete: secretCall('versions.delete', itself, 'served'),
  },
  [`${group}/secretversions/restore`]: {
    create: secretCall('versions.restore', itself, 'served'),
  },
  [`${group}/secretversions/restore-retired`]: {
    create: secretCall('versions.restore', restoreRetired, 'served'),
  },
  [`${group}/secretversions/destroy`]: {
    create: secretCall('versions.destroy', itself, 'served'),
  },
  [`${group}/secretrotations`]: rotations,
  [`${group}/secretrotations/run`]: { create: secretCall('rotations.run', itself, 'served') },
  [`${group}/secretshares`]: shares,
  [`${group}/secretshares/revoke`]: { create: secretCall('shares.revoke', itself, 'served') },
  [`${group}/secretimports`]: imports,
  [`${group}/secretschemas`]: schemas,
  [`${group}/localsecretschemas`]: localSchemas,
  [`${group}/secretenvironments`]: environments,
  [`${group}/auditevents`]: { list: secretCall('audit.read', itself, 'anywhere') },
  [`${group}/auditevents/ingest`]: { create: call('audit.ingest', everywhere) },
  [`${group}/auditlogs`]: { get: call('audit.export', everywhere) },
  [`${group}/accesstokens`]: {
    create: tokenCall('tokens.create'),
    list: tokenCall('tokens.list'),
    delete: tokenCall('tokens.revoke'),
  },
  '/users': acting,
  '/groups': acting,
  '/serviceaccounts': acting,
  [`${authentication}/uids`]: acting,
  [`${authentication}/userextras`]: acting,
  [`${authentication}/selfsubjectreviews`]: selfReview,
  [`${authorization}/selfsubjectaccessreviews`]: selfReview,
  [`${authorization}/selfsubjectrulesreviews`]: selfReview,
  'apps/deployments': workload,
  'apps/statefulsets': workload,
  'apps/daemonsets': workload,
};

/**
 * Returns the operations that a right opens: one, every operation of the resource for the verb `*`,
 * or none if nothing needs the right. `configured` lists what an installation forwards besides
 * Secrets.
 */
export function openedOperations(
  request: ResourceRequest,
  configured: readonly ConfiguredResource[],
): readonly OpenedOperation[] {
  const { verb, resource, subresource = '' } = request;
  if (configured.some((other) => isSame(other, request))) return [forwardedCall(request)];
  // The subresource names the extra, under any key.
  const part = subresource === '' || resource === 'userextras' ? '' : `/${subresource}`;
  const name = `${request.group}/${resource}${part}`;
  const verbs = Object.entries(operations[name] ?? {});
  const described = verbs.flatMap(([of, describe]) => {
    return verb === of || verb === '*' ? [describe(request)] : [];
  });
  const found = described.filter((operation) => operation !== undefined);
  return verb === '*' ? found.map((one) => ({ ...one, needs: itself(request) })) : found;
}

/** Describes a call about a Secret, or with an empty name about all of a namespace. */
function secretCall(
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
function customResource(read: AuditAction, write: AuditAction): Verbs {
  return objectCalls({ read: secretCall(read), write: secretCall(write), remove: deletion(write) });
}

/** Describes the calls about objects that the API server stores. */
function objectCalls({
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
function keyCall(
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
function namespaceCall(action: AuditAction, needs: Needs = itself): Describe {
  return (request) => ({
    call: { action, ...namespaceOf(request) },
    needs: needs(request),
    reach: 'reachable',
  });
}

/** Describes a call about no Secret and no namespace. */
function call(action: AuditAction, needs: Needs): Describe {
  return (request) => ({ call: { action }, needs: needs(request), reach: 'anywhere' });
}

/** Rights on tokens depend only on the namespace. */
function tokenCall(action: AuditAction): Describe {
  return (request) => ({
    call: { action, ...namespaceOf(request) },
    needs: [[{ ...request, name: '' }]],
    reach: 'anywhere',
  });
}

/** Describes a call; the API server checks one namespace as if it was inside itself. */
function oneNamespace(request: ResourceRequest): OpenedOperation {
  const namespace = request.name === '' ? request.namespace : request.name;
  return {
    // Without a name, any of them is meant: only a scope of all namespaces matches `*`.
    call: { action: 'namespaces.list', namespace: namespace === '' ? '*' : namespace },
    needs: [[{ ...request, namespace }]],
    reach: 'anywhere',
  };
}

function allNamespaces(request: ResourceRequest): OpenedOperation {
  const needs = [[{ ...request, namespace: '' }]] as const;
  return { call: { action: 'namespaces.list' }, needs, reach: 'anywhere' };
}

function forwardedCall(request: ResourceRequest): OpenedOperation {
  const forwarded = { action: 'kubectl.request', ...namespaceOf(request) };
  return { call: forwarded, needs: [[request]], reach: 'reachable' };
}

function isSame(other: ConfiguredResource, request: ResourceRequest): boolean {
  return (
    other.group === request.group &&
    other.resource === request.resource &&
    other.subresource === (request.subresource ?? '')
  );
}

function namespaceOf({ namespace }: ResourceRequest): { readonly namespace?: string } {
  return namespace === '' ? {} : { namespace };
}
