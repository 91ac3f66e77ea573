import type { TokenScope } from '../../core/token-scope.js';
import type { ResourceRequest } from '../access.service.js';
import { type ScopedCall, callReason } from './scope-refusal.js';

/** Kubernetes' verbs on Secrets, as the action that they would be. */
const secretActions = new Map([
  ['get', 'secrets.reveal'],
  ['list', 'secrets.list'],
  ['watch', 'secrets.watch'],
  ['create', 'secrets.create'],
  ['update', 'secrets.update'],
  ['patch', 'secrets.patch'],
  ['delete', 'secrets.delete'],
  ['deletecollection', 'secrets.delete'],
]);

const virtualActions = new Map([
  ['get secretmetadata', 'secrets.get'],
  ['list secretmetadata', 'secrets.list'],
  ['watch secretmetadata', 'secrets.watch'],
  ['get secretkeys', 'secrets.reveal'],
  ['update secretkeys', 'secrets.update'],
  ['delete secretkeys', 'secrets.update'],
  ['get secretversions', 'versions.get'],
  ['list secretversions', 'versions.list'],
  ['update secretversions', 'versions.update'],
  ['delete secretversions', 'versions.delete'],
  ['create secretversions/restore', 'versions.restore'],
  ['create secretversions/restore-retired', 'versions.restore'],
  ['create secretversions/destroy', 'versions.destroy'],
  ['get secretrotations', 'rotations.get'],
  ['list secretrotations', 'rotations.get'],
  ['watch secretrotations', 'rotations.get'],
  ['create secretrotations', 'rotations.update'],
  ['update secretrotations', 'rotations.update'],
  ['patch secretrotations', 'rotations.update'],
  ['delete secretrotations', 'rotations.update'],
  ['deletecollection secretrotations', 'rotations.update'],
  ['create secretrotations/run', 'rotations.run'],
  ['list auditevents', 'audit.read'],
  ['create auditevents/ingest', 'audit.ingest'],
  ['get auditlogs', 'audit.export'],
  ['create accesstokens', 'tokens.create'],
  ['list accesstokens', 'tokens.list'],
  ['delete accesstokens', 'tokens.revoke'],
]);

/**
 * Why a token with this scope could not use a right, were it there; undefined where it could. What
 * stands for no call of the gateway is out of every scope.
 */
export function questionRefusal(scope: TokenScope, request: ResourceRequest): string | undefined {
  const call = callOf(request);
  const reason = call ? callReason(scope, call) : 'no call of the gateway needs this right';
  if (reason !== undefined) return `the scope of the token forbids this: ${reason}`;
  const isBeyond = scope.namespaces !== undefined && !scope.namespaces.includes('*');
  // A list of everything is narrowed to the scope; the right to it is not there as asked for.
  if (request.namespace !== '' || !isBeyond) return undefined;
  return 'the scope of the token forbids this: it reaches beyond namespaces';
}

function callOf(request: ResourceRequest): ScopedCall | undefined {
  const { verb, resource, namespace, name } = request;
  const action = actionOf(request);
  if (action === undefined) return undefined;
  const isDeletion = verb === 'delete' || verb === 'deletecollection';
  const call: ScopedCall = {
    action,
    ...(namespace !== '' && { namespace }),
    ...(isDeletion && { deletesOnly: true }),
  };
  if (name === '') return call;
  if (resource !== 'secretkeys') return { ...call, secret: name };
  const [secret = '', key] = name.split('/', 2);
  return { ...call, secret, ...(key === undefined ? {} : { keys: [key], keysOnly: true }) };
}

function actionOf({ verb, group, resource, subresource = '' }: ResourceRequest) {
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  if (group === '') return coreActionOf(verb, what);
  return group === 'sallyport.dev' ? virtualActions.get(`${verb} ${what}`) : undefined;
}

function coreActionOf(verb: string, what: string): ScopedCall['action'] | undefined {
  if (what === 'secrets') return secretActions.get(verb);
  const isRead = verb === 'get' || verb === 'list' || verb === 'watch';
  return what === 'namespaces' && isRead ? 'namespaces.list' : undefined;
}
