import type { ResourceDefinition } from '../model/resource-definition.js';
import type { SchemaSource } from '../model/schema-node.js';
import { builtInResource } from './built-in-resource.js';
import { appsResources } from './groups/apps-resources.js';
import { coreResources } from './groups/core-resources.js';
import { extensionResources } from './groups/extension-resources.js';
import { rbacResources } from './groups/rbac-resources.js';
import { reviewResources } from './groups/review-resources.js';

/** Returns every resource that the sandbox serves without a CustomResourceDefinition. */
export function builtInDefinitions(schemas: SchemaSource): readonly ResourceDefinition[] {
  const resources = [
    ...coreResources,
    ...appsResources,
    ...rbacResources,
    ...extensionResources,
    ...reviewResources,
  ];
  return resources.map((resource) => builtInResource(resource, schemas));
}
