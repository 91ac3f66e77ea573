import type {
  CustomResource,
  CustomResourceKind,
} from '../../custom-resources/domain/custom-resource.js';
import { CustomResources } from '../../custom-resources/domain/custom-resources.js';
import type { ParsedObject } from '../../custom-resources/domain/object-registry.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import { compiledSpec, type CompiledSpec } from './compiled-spec.js';

export const schemaKind: CustomResourceKind = {
  kind: 'SecretSchema',
  resource: 'secretschemas',
  isClusterScoped: true,
};

/** Schema of one namespace: Secrets there must satisfy it as well as those of the cluster. */
export const localSchemaKind: CustomResourceKind = {
  kind: 'LocalSecretSchema',
  resource: 'localsecretschemas',
};

/** Place of a schema; the namespace of a schema of the cluster is empty. */
export type SchemaRef = SecretRef;

/** Schema, compiled; `rules` is undefined if it cannot be used. */
export interface ParsedSchema extends ParsedObject, CompiledSpec {}

/** SecretSchemas of the cluster. */
export abstract class SecretSchemas extends CustomResources {}

/** LocalSecretSchemas of all namespaces. */
export abstract class LocalSecretSchemas extends CustomResources {}

/** Watch of the schemas of the cluster and of all namespaces. */
export abstract class SchemaFeed {
  abstract start(): void;
  abstract stop(): Promise<void>;
  /** Resolves when all schemas are known. Throws Unavailable if that takes too long. */
  abstract loaded(): Promise<void>;
}

/** Returns the place of a schema of the cluster. */
export function clusterSchema(name: string): SchemaRef {
  return { namespace: '', name };
}

/** Returns the kind of the schemas in a namespace; `''`: of those of the cluster. */
export function schemaKindOf({ namespace }: Pick<SchemaRef, 'namespace'>): CustomResourceKind {
  return namespace === '' ? schemaKind : localSchemaKind;
}

/**
 * Returns the name of a schema in findings, warnings and counts. A schema of a namespace is
 * `NAMESPACE/NAME`: no name of a schema contains a `/`, and no namespace is the prefix of a type of
 * Secrets with rules, which has a dot.
 */
export function schemaName({ namespace, name }: SchemaRef): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** Compiles the spec of an object. Never throws: mistakes are a member of the result. */
export function parseSchema(object: CustomResource): ParsedSchema {
  return { object, namespaceUid: '', ...compiledSpec(schemaName(object), object.spec) };
}
