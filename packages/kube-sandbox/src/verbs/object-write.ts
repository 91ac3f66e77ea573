import { recordUpdate } from '../apply/managed-fields.js';
import { resetFieldsOf } from '../apply/reset-fields.js';
import { ApiStatusError, forbidden, invalid, notFound } from '../model/api-status.js';
import type { KubeObject } from '../model/kube-object.js';
import {
  apiVersionOf,
  type ResourceDefinition,
  type StrategyContext,
} from '../model/resource-definition.js';
import type { WriteOptions } from './write-options.js';
import { type ApiParts, type ResourceRequest, timestamp } from './resource-request.js';

const NAMESPACES = 'namespaces';

/** Returns the context of a strategy for one request. */
export function strategyContext(parts: ApiParts, request: ResourceRequest): StrategyContext {
  const { user } = request;
  return {
    user,
    now: timestamp(parts.nowMs()),
    read: (resource, namespace, name) => parts.store.get({ resource, namespace, name }),
    isAllowed: ({ subresource = '', ...question }) =>
      parts.authorizer.decide({
        ...question,
        subresource,
        user,
        isResource: true,
        version: '*',
        path: '',
      }).isAllowed,
    rules: (namespace) => parts.authorizer.rulesFor(user, namespace),
  };
}

/** Throws 404 or 403 unless the namespace exists and is not being deleted. */
export function requireNamespace(parts: ApiParts, request: ResourceRequest, name: string): void {
  const { definition, namespace } = request;
  if (!definition.isNamespaced) return;
  const found = parts.store.get({ resource: NAMESPACES, namespace: '', name: namespace });
  if (!found) throw notFound({ group: '', resource: NAMESPACES }, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const reason = 'because it is being terminated';
  const why = `unable to create new content in namespace ${namespace} ${reason}`;
  const error = forbidden(definition, name, why);
  const causes = [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ];
  throw new ApiStatusError(error.code, error.reason, error.message, { ...error.details, causes });
}

/** Returns warnings about an object that was accepted unchanged. */
export function warningsOf(
  { strategy }: ResourceDefinition,
  object: KubeObject,
): readonly string[] {
  return strategy.warnings?.(object) ?? [];
}

/** Throws 422 with every broken rule, if there are any. */
export function refuseInvalid(
  definition: ResourceDefinition,
  object: KubeObject,
  causes: readonly { readonly reason: string; readonly message: string; readonly field: string }[],
): void {
  if (causes.length > 0) throw invalid(definition, object.metadata.name ?? '', causes);
}

/** Records in `metadata.managedFields` which fields this write has set. */
export function withManagedFields(
  parts: ApiParts,
  request: ResourceRequest,
  objects: { readonly old: KubeObject | undefined; readonly updated: KubeObject },
  options: WriteOptions,
): KubeObject {
  const { definition, subresource } = request;
  return recordUpdate({
    ...objects,
    manager: options.fieldManager,
    apiVersion: apiVersionOf(definition),
    now: timestamp(parts.nowMs()),
    subresource,
    resetFields: resetFieldsOf(definition, subresource),
    schema: definition.schema,
    schemas: parts.schemas,
  });
}
