import type { Json } from './kube-object.js';

/**
 * OpenAPI v3 as the API server serves it, without descriptions: only what determines how an object
 * is built, checked, merged and owned. Definitions of custom resources have this form too.
 */
export interface SchemaNode {
  readonly $ref?: string;
  readonly allOf?: readonly SchemaNode[];
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly required?: readonly string[];
  readonly default?: Json;
  readonly enum?: readonly Json[];
  readonly [keyword: string]: unknown;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
}

/** Resolves `$ref` and a single `allOf`, in which OpenAPI v3 wraps a reference with a default. */
export interface SchemaSource {
  resolve(node: SchemaNode): SchemaNode;
  /** Returns the node of a kind, e.g. `('', 'v1', 'Secret')`. */
  forKind(group: string, version: string, kind: string): SchemaNode | undefined;
}
