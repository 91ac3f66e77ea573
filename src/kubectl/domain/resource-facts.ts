import type { AuditFacts } from '../../audit/domain/audit-event.js';
import type { ApiResourceRequest } from './facade.js';
import type { CustomRoute } from './served-resources.js';
import { virtualGroup, virtualVersion } from './virtual-resources.js';

/**
 * Returns the audit facts of a request on a custom resource: `secret` is the name of the object,
 * which a creation has in its body.
 */
export function customResourceFacts(
  route: CustomRoute,
  { verb, resource, namespace }: Pick<ApiResourceRequest, 'verb' | 'resource' | 'namespace'>,
  name: string | undefined,
): AuditFacts {
  const isRead = verb === 'get' || verb === 'list' || verb === 'watch';
  const action = isRead ? (`${route}.get` as const) : (`${route}.update` as const);
  const place = { action, ...(namespace !== '' && { namespace }) };
  if (route === 'schemas' || route === 'stores') {
    return { ...place, object: clusterObject(verb, resource, name) };
  }
  const isDeletion = verb === 'delete' || verb === 'deletecollection';
  return {
    ...place,
    ...(name !== undefined && { secret: name }),
    ...(isDeletion && { deletesOnly: true }),
  };
}

/** The event of a schema or a store names the object: it is not about a Secret of its name. */
function clusterObject(verb: ApiResourceRequest['verb'], resource: string, name = '') {
  return { verb, group: virtualGroup, version: virtualVersion, resource, name };
}

/** Returns the audit facts of a request on anything else. */
export function resourceFacts(api: ApiResourceRequest): AuditFacts {
  const { verb, group, version, resource, subresource, namespace, name } = api;
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  return {
    action: 'kubectl.request',
    ...(namespace !== '' && { namespace }),
    object: { verb, group, version, resource: whole, name },
  };
}
