import type { KubeObject } from '../model/kube-object.js';
import type {
  Column,
  ResourceDefinition,
  Strategy,
  Subresource,
} from '../model/resource-definition.js';
import type { SchemaSource } from '../model/schema-node.js';

/** Specifics of a built-in resource; its kind determines everything else. */
export interface BuiltInResource {
  readonly group: string;
  readonly resource: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
  readonly columns: readonly Column[];
  readonly strategy: Strategy;
  readonly verbs?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly Subresource[];
  readonly selectableFields?: (object: KubeObject) => Readonly<Record<string, string>>;
}

const version = 'v1';

export const allVerbs: readonly string[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

/** Returns a built-in resource of version v1, with the API server's schema. */
export function builtInResource(
  resource: BuiltInResource,
  schemas: SchemaSource,
): ResourceDefinition {
  const { group, kind } = resource;
  return {
    version,
    singular: kind.toLowerCase(),
    listKind: `${kind}List`,
    verbs: allVerbs,
    shortNames: [],
    categories: [],
    subresources: [],
    schema: schemas.forKind(group, version, kind),
    isCustom: false,
    ...resource,
  };
}
