import type { ResourceDefinition } from '../model/resource-definition.js';

/** Where a custom resource keeps what its scale shows, as names of members from the root. */
export interface ScalePaths {
  readonly spec: readonly string[];
  readonly status: readonly string[];
  readonly selector: readonly string[] | undefined;
}

/** A custom resource with a scale subresource. */
export interface ScaledDefinition extends ResourceDefinition {
  readonly scalePaths: ScalePaths;
}

/** The paths of a custom resource; undefined for built-in kinds, whose places are known. */
export function scalePathsOf(definition: ResourceDefinition): ScalePaths | undefined {
  return isScaled(definition) ? definition.scalePaths : undefined;
}

function isScaled(definition: ResourceDefinition): definition is ScaledDefinition {
  return 'scalePaths' in definition;
}

/** `.spec.replicas` as names of members. */
export function pathNames(jsonPath: string): readonly string[] {
  return jsonPath.replace(/^\./, '').split('.');
}
