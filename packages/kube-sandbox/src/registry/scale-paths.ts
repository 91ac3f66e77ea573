import type { ResourceDefinition } from '../model/resource-definition.js';

/** Paths of the members that a custom resource's scale contains, from the root. */
export interface ScalePaths {
  readonly spec: readonly string[];
  readonly status: readonly string[];
  readonly selector: readonly string[] | undefined;
}

/** Custom resource with a scale subresource. */
export interface ScaledDefinition extends ResourceDefinition {
  readonly scalePaths: ScalePaths;
}

/** Returns the paths of a custom resource; undefined for built-in kinds, which have fixed paths. */
export function scalePathsOf(definition: ResourceDefinition): ScalePaths | undefined {
  return isScaled(definition) ? definition.scalePaths : undefined;
}

function isScaled(definition: ResourceDefinition): definition is ScaledDefinition {
  return 'scalePaths' in definition;
}

/** Splits `.spec.replicas` into member names. */
export function pathNames(jsonPath: string): readonly string[] {
  return jsonPath.replace(/^\./, '').split('.');
}
