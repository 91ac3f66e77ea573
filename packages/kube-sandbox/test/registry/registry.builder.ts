import type { StatusCause } from '../../src/model/api-status.js';
import type { JsonObject, KubeObject } from '../../src/model/kube-object.js';
import type { ResourceDefinition, StrategyContext } from '../../src/model/resource-definition.js';
import type { SchemaSource } from '../../src/model/schema-node.js';
import { builtInDefinitions } from '../../src/registry/built-in-resources.js';
import { validateMetadata, validateMetadataUpdate } from '../../src/registry/validate-metadata.js';

export const noSchemas: SchemaSource = { resolve: (node) => node, forKind: () => undefined };

const definitions = builtInDefinitions(noSchemas);

/** An administrator, who may do everything, in a sandbox with nothing in it. */
export const context: StrategyContext = {
  user: { username: 'admin', uid: '', groups: ['system:masters'], extra: {} },
  now: '2026-01-01T00:00:00Z',
  read: () => undefined,
  isAllowed: () => true,
  rules: () => [],
};

export function definitionOf(resource: string): ResourceDefinition {
  const found = definitions.find((definition) => definition.resource === resource);
  if (found === undefined) throw new Error(`no resource ${resource}`);
  return found;
}

/** An object as a decoded body: in namespace `pay` where its kind has one. */
export function bodyOf(resource: string, content: JsonObject = {}): KubeObject {
  const { group, version, kind, isNamespaced } = definitionOf(resource);
  const { metadata, ...others } = content;
  return {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    metadata: { name: 'x', ...(isNamespaced && { namespace: 'pay' }), ...(metadata as JsonObject) },
    ...others,
  };
}

/** What POST stores, if nothing is wrong with it. */
export function prepared(resource: string, content: JsonObject = {}): KubeObject {
  const object = bodyOf(resource, content);
  const { strategy } = definitionOf(resource);
  strategy.prepareForCreate?.(object, context);
  strategy.completeForCreate?.(object);
  return object;
}

/** `field: message` of everything that POST refuses. */
export function refusals(resource: string, content: JsonObject = {}): string[] {
  const definition = definitionOf(resource);
  const object = prepared(resource, content);
  const { strategy } = definition;
  return lines([
    ...validateMetadata(object, definition),
    ...(strategy.validateCreate?.(object) ?? []),
    ...(strategy.validate?.(object) ?? []),
  ]);
}

/** `field: message` of everything that PUT of `content` over `before` refuses. */
export function updateRefusals(
  resource: string,
  before: JsonObject,
  content: JsonObject,
): string[] {
  const definition = definitionOf(resource);
  const { strategy } = definition;
  const old = prepared(resource, before);
  const object = bodyOf(resource, content);
  strategy.prepareForUpdate?.(object, old, context);
  strategy.completeForUpdate?.(object, old);
  return lines([
    ...validateMetadata(object, definition),
    ...validateMetadataUpdate(object, old),
    ...(strategy.validateUpdate?.(object, old) ?? []),
    ...(strategy.validate?.(object) ?? []),
  ]);
}

function lines(causes: readonly StatusCause[]): string[] {
  return causes.map(({ field, message }) => `${field}: ${message}`);
}
