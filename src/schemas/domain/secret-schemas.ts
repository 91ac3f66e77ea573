import type {
  CustomResource,
  CustomResourceKind,
} from '../../custom-resources/domain/custom-resource.js';
import { CustomResources } from '../../custom-resources/domain/custom-resources.js';
import {
  ObjectRegistry,
  type ParsedObject,
} from '../../custom-resources/domain/object-registry.js';
import { compiledSpec, type CompiledSpec } from './compiled-spec.js';

export const schemaKind: CustomResourceKind = {
  kind: 'SecretSchema',
  resource: 'secretschemas',
  isClusterScoped: true,
};

/** SecretSchema of the cluster, compiled; `rules` is undefined if the spec breaks a rule. */
export interface ParsedSchema extends ParsedObject, CompiledSpec {}

/** SecretSchemas of the cluster. */
export abstract class SecretSchemas extends CustomResources {}

/** All SecretSchemas in memory, compiled; their namespace is empty. */
export class SchemaRegistry extends ObjectRegistry<ParsedSchema> {
  constructor() {
    super(parseSchema);
  }
}

/** Watch of the SecretSchemas. */
export abstract class SchemaFeed {
  abstract start(): void;
  abstract stop(): Promise<void>;
  /** Resolves when all schemas are known. Throws Unavailable if that takes too long. */
  abstract loaded(): Promise<void>;
}

/** Compiles the spec of an object. Never throws: mistakes are a member of the result. */
export function parseSchema(object: CustomResource, namespaceUid = ''): ParsedSchema {
  return { object, namespaceUid, ...compiledSpec(object.name, object.spec) };
}
