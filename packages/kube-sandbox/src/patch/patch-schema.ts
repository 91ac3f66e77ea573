import { ApiStatusError } from '../model/api-status.js';
import type { SchemaNode, SchemaSource } from '../model/schema-node.js';

export interface PatchRule {
  /** Schema of the field, or of the list's elements. */
  readonly schema: PatchSchema;
  readonly strategy: 'merge' | 'replace' | '';
  readonly mergeKey: string;
}

/** Returns the API server's response to a patch it does not expect: 500 without a reason. */
export function unforeseen(message: string): ApiStatusError {
  return new ApiStatusError(500, '', message);
}

/** Schema for strategic merge patch; errors name types as Kubernetes' Go code does. */
export class PatchSchema {
  readonly #node: SchemaNode;
  readonly #typeName: string;
  readonly #schemas: SchemaSource;

  constructor(node: SchemaNode, typeName: string, schemas: SchemaSource) {
    this.#node = schemas.resolve(node);
    this.#typeName = typeName;
    this.#schemas = schemas;
  }

  /** Returns the rule of an object field. Throws ApiStatusError for a field without a schema. */
  ofObject(field: string): PatchRule {
    const node = this.#field(field);
    return this.#rule(node, node);
  }

  /** Returns the rule of a list field. Throws ApiStatusError for a field without a schema. */
  ofList(field: string): PatchRule {
    const node = this.#field(field);
    const items = this.#schemas.resolve(node).items;
    return this.#rule(node, items ?? {});
  }

  #field(field: string): SchemaNode {
    const { properties } = this.#node;
    if (properties === undefined) {
      throw unforeseen('merging an object in json but data type is not struct, instead is: map');
    }
    const node = Object.hasOwn(properties, field) ? properties[field] : undefined;
    if (node !== undefined) return node;
    const where = `in struct ${this.#typeName} for the json field ${JSON.stringify(field)}`;
    throw unforeseen(`unable to find api field ${where}`);
  }

  #rule(node: SchemaNode, child: SchemaNode): PatchRule {
    const keywords = { ...this.#schemas.resolve(node), ...node };
    const strategies = (keywords['x-kubernetes-patch-strategy'] ?? '').split(',');
    return {
      schema: new PatchSchema(child, typeNameOf(child), this.#schemas),
      strategy: strategies.find((name) => name === 'merge' || name === 'replace') ?? '',
      mergeKey: keywords['x-kubernetes-patch-merge-key'] ?? '',
    };
  }
}

function typeNameOf(node: SchemaNode): string {
  const reference = node.$ref ?? node.allOf?.[0]?.$ref ?? '';
  return reference.slice(Math.max(reference.lastIndexOf('.'), reference.lastIndexOf('/')) + 1);
}
