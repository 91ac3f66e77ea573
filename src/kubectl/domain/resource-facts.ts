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
  { verb, namespace }: Pick<ApiResourceRequest, 'verb' | 'namespace'>,
  name: string | undefined,
): AuditFacts {
  const isRead = verb === 'get' || verb === 'list' || verb === 'watch';
  const action = isRead ? (`${route}.get` as const) : (`${route}.update` as const);
  if (route === 'schemas') return { action, object: schemaObject(verb, name) };
  const isDeletion = verb === 'delete' || verb === 'deletecollection';
  return {
    action,
    ...(namespace !== '' && { namespace }),
    ...(name !== undefined && { secret: name }),
    ...(isDeletion && { deletesOnly: true }),
  };
}

/** A schema is in no namespace, and its event names it as an object. */
function schemaObject(verb: ApiResourceRequest['verb'], name = '') {
  const resource = 'secretschemas';
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
