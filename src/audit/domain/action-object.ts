import type { AuditAction, RecordedFacts, RequestedObject } from './audit-event.js';
import type { AuditObjectRef } from './kubernetes-event.js';

interface ActionObject {
  /** Kubernetes' verb for the action. */
  readonly verb: string;
  readonly resource?: string;
  readonly apiGroup?: string;
  readonly apiVersion: string;
}

const secrets = { resource: 'secrets', apiVersion: 'v1' };
const reviews = { apiGroup: 'authorization.k8s.io', apiVersion: 'v1' };
const ours = { apiGroup: 'sallyport.dev', apiVersion: 'v1alpha1' };

const objects: Readonly<Record<string, ActionObject>> = {
  'secrets.list': { verb: 'list', ...secrets },
  'secrets.get': { verb: 'get', ...secrets },
  'secrets.reveal': { verb: 'get', ...secrets },
  'secrets.check': { verb: 'get', ...secrets },
  'secrets.watch': { verb: 'watch', ...secrets },
  'secrets.create': { verb: 'create', ...secrets },
  'secrets.update': { verb: 'update', ...secrets },
  'secrets.patch': { verb: 'patch', ...secrets },
  'secrets.delete': { verb: 'delete', ...secrets },
  'versions.list': { verb: 'list', resource: 'secretversions', ...ours },
  'versions.get': { verb: 'get', resource: 'secretversions', ...ours },
  'versions.restore': { verb: 'create', resource: 'secretversions/restore', ...ours },
  'versions.delete': { verb: 'delete', resource: 'secretversions', ...ours },
  'versions.undelete': { verb: 'create', resource: 'secretversions/restore', ...ours },
  'versions.destroy': { verb: 'create', resource: 'secretversions/destroy', ...ours },
  'versions.update': { verb: 'update', resource: 'secretversions', ...ours },
  'versions.prune': { verb: 'delete', resource: 'secretversions', ...ours },
  'versions.skip': { verb: 'create', resource: 'secretversions', ...ours },
  'versions.keep': { verb: 'create', resource: 'secretversions', ...ours },
  'rotations.get': { verb: 'get', resource: 'secretrotations', ...ours },
  'rotations.update': { verb: 'update', resource: 'secretrotations', ...ours },
  'rotations.run': { verb: 'create', resource: 'secretrotations/run', ...ours },
  'rotations.cancel': { verb: 'create', resource: 'secretrotations/run', ...ours },
  'rotations.retire': { verb: 'create', resource: 'secretrotations/run', ...ours },
  'shares.get': { verb: 'get', resource: 'secretshares', ...ours },
  'shares.update': { verb: 'update', resource: 'secretshares', ...ours },
  'shares.revoke': { verb: 'create', resource: 'secretshares/revoke', ...ours },
  'imports.get': { verb: 'get', resource: 'secretimports', ...ours },
  'imports.watch': { verb: 'watch', resource: 'secretimports', ...ours },
  'imports.reveal': { verb: 'get', resource: 'secretimports', ...ours },
  'imports.check': { verb: 'get', resource: 'secretimports', ...ours },
  'imports.update': { verb: 'update', resource: 'secretimports', ...ours },
  // Their object is the Secret that receives the copy.
  'imports.deliver': { verb: 'patch', ...secrets },
  'imports.withdraw': { verb: 'patch', ...secrets },
  'schemas.get': { verb: 'get', resource: 'secretschemas', ...ours },
  'schemas.update': { verb: 'update', resource: 'secretschemas', ...ours },
  'schemas.validate': { verb: 'get', resource: 'secretschemas', ...ours },
  // Its event names the reviewed operation.
  'admission.review': { verb: 'update', ...secrets },
  'environments.get': { verb: 'get', resource: 'secretenvironments', ...ours },
  'environments.update': { verb: 'update', resource: 'secretenvironments', ...ours },
  'environments.reveal': { verb: 'get', resource: 'secretenvironments', ...ours },
  'environments.check': { verb: 'get', resource: 'secretenvironments', ...ours },
  'sealing.get': { verb: 'get', resource: 'sealingcertificates', ...ours },
  'sealing.renew': { verb: 'create', resource: 'sealingcertificates', ...ours },
  'syncs.get': { verb: 'get', resource: 'secretsyncs', ...ours },
  'syncs.update': { verb: 'update', resource: 'secretsyncs', ...ours },
  'syncs.run': { verb: 'create', resource: 'secretsyncs/run', ...ours },
  'syncs.resolve': { verb: 'create', resource: 'secretsyncs/resolve', ...ours },
  // Their object is the Secret whose values leave the cluster, or that receives values.
  'syncs.push': { verb: 'get', ...secrets },
  'syncs.pull': { verb: 'patch', ...secrets },
  'syncs.report': { verb: 'update', resource: 'secretsyncs/status', ...ours },
  'syncs.notify': { verb: 'create', resource: 'secretsyncs/notify', ...ours },
  'stores.get': { verb: 'get', resource: 'externalstores', ...ours },
  'stores.update': { verb: 'update', resource: 'externalstores', ...ours },
  'audit.read': { verb: 'list', resource: 'auditevents', ...ours },
  'audit.export': { verb: 'get', resource: 'auditlogs', ...ours },
  'audit.ingest': { verb: 'create', resource: 'auditevents/ingest', ...ours },
  'audit.prune': { verb: 'delete', resource: 'auditevents', ...ours },
  'audit.resend': { verb: 'update', resource: 'auditlogs/sinks', ...ours },
  'audit.anchor': { verb: 'create', resource: 'auditlogs/anchor', ...ours },
  'audit.damage': { verb: 'update', resource: 'auditlogs', ...ours },
  'audit.acceptRollback': { verb: 'update', resource: 'auditlogs', ...ours },
  'keys.rotate': { verb: 'create', resource: 'auditlogs/keys', ...ours },
  'keys.rewrap': { verb: 'update', resource: 'secretversions/keys', ...ours },
  'rows.adopt': { verb: 'update', resource: 'storedrows', ...ours },
  'namespaces.list': { verb: 'list', resource: 'namespaces', apiVersion: 'v1' },
  'access.review': { verb: 'create', resource: 'subjectaccessreviews', ...reviews },
  'tokens.create': { verb: 'create', resource: 'accesstokens', ...ours },
  'tokens.list': { verb: 'list', resource: 'accesstokens', ...ours },
  'tokens.revoke': { verb: 'delete', resource: 'accesstokens', ...ours },
  // Its event names the requested object.
  'kubectl.request': { verb: 'unknown', apiVersion: 'v1' },
  // Refused before the requested action was known.
  'auth.refused': { verb: 'unknown', apiVersion: 'v1' },
} satisfies Record<AuditAction, ActionObject>;

/** Returns an action's verb and object in Kubernetes' words; without a row, its own words. */
export function objectOf(facts: RecordedFacts): { verb: string; objectRef?: AuditObjectRef } {
  if (facts.object !== undefined) return requestedObject(facts.object, facts.namespace);
  const object = objects[facts.action];
  const [resourceOfAction, verbOfAction] = facts.action.split('.');
  const verb = object?.verb ?? verbOfAction ?? 'unknown';
  const resource = object === undefined ? resourceOfAction : object.resource;
  if (resource === undefined) return { verb };
  const objectRef: AuditObjectRef = {
    resource,
    ...(facts.namespace !== undefined && { namespace: cut(facts.namespace) }),
    ...(facts.secret !== undefined && { name: cut(facts.secret) }),
    ...(object?.apiGroup !== undefined && { apiGroup: object.apiGroup }),
    apiVersion: object?.apiVersion ?? ours.apiVersion,
  };
  return { verb, objectRef };
}

function requestedObject(
  { verb, group, version, resource, name }: RequestedObject,
  namespace: string | undefined,
): { verb: string; objectRef: AuditObjectRef } {
  const objectRef: AuditObjectRef = {
    resource: cut(resource),
    ...(namespace !== undefined && { namespace: cut(namespace) }),
    ...(name !== '' && { name: cut(name) }),
    ...(group !== '' && { apiGroup: cut(group) }),
    apiVersion: cut(version),
  };
  return { verb, objectRef };
}

/** Cuts a name: no Kubernetes name is longer, but a refused request may contain any. */
function cut(name: string): string {
  return name.slice(0, 253).toWellFormed();
}
