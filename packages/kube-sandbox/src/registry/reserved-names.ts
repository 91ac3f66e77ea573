import type { StatusCause } from '../model/api-status.js';
import { type KubeObject, nameOf } from '../model/kube-object.js';
import { type ResourceDefinition, storageKey } from '../model/resource-definition.js';
import { invalidValue } from './field-errors.js';

/**
 * Returns the definitions and reserves their names against CustomResourceDefinitions. Objects are
 * stored by group and resource, so another version of a built-in resource would give access to the
 * objects without the built-in rules.
 */
export function withReservedNames(
  definitions: readonly ResourceDefinition[],
  definitionsKey: string,
): readonly ResourceDefinition[] {
  const reserved = new Set(definitions.map(storageKey));
  return definitions.map((definition) => {
    if (storageKey(definition) !== definitionsKey) return definition;
    const { strategy } = definition;
    const validateCreate = (object: KubeObject) => [
      ...(strategy.validateCreate?.(object) ?? []),
      ...reservedNameCauses(object, reserved),
    ];
    return { ...definition, strategy: { ...strategy, validateCreate } };
  });
}

function reservedNameCauses(object: KubeObject, reserved: ReadonlySet<string>): StatusCause[] {
  const name = nameOf(object);
  if (!reserved.has(name)) return [];
  return [invalidValue('metadata.name', name, 'is the name of a built-in resource')];
}
