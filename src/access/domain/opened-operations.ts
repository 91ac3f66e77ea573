import type { ConfiguredResource } from '../../core/configured-resource.js';
import type { ResourceRequest } from '../access.service.js';
import {
  allNamespaces,
  call,
  customResource,
  forwardedCall,
  itself,
  keyCall,
  namespaceCall,
  type Needs,
  objectCalls,
  oneNamespace,
  namespaceOf,
  type OpenedOperation,
  secretCall,
  tokenCall,
  type Verbs,
} from './described-calls.js';
import {
  listRights,
  metadataRights,
  readKeyRights,
  secretRight,
  versionRight,
  watchRights,
  writeKeyRights,
} from './secret-rights.js';

const group = 'sallyport.dev';
const authentication = 'authentication.k8s.io';
const authorization = 'authorization.k8s.io';

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
const syncs = customResource('syncs.get', 'syncs.update');

/** Stores are in no namespace, so that only a right in all of them opens a call. */
const stores = objectCalls({
  read: call('stores.get', clusterWide),
  write: call('stores.update', clusterWide),
  remove: call('stores.update', clusterWide),
});

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
  [`${group}/secretsyncs`]: syncs,
  [`${group}/secretsyncs/run`]: { create: secretCall('syncs.run', itself, 'served') },
  [`${group}/secretsyncs/resolve`]: { create: secretCall('syncs.resolve', itself, 'served') },
  [`${group}/externalstores`]: stores,
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

function isSame(other: ConfiguredResource, request: ResourceRequest): boolean {
  return (
    other.group === request.group &&
    other.resource === request.resource &&
    other.subresource === (request.subresource ?? '')
  );
}
