import { badRequest } from '../model/api-status.js';
import type { KubeObject } from '../model/kube-object.js';
import type { ResourceDefinition } from '../model/resource-definition.js';
import { type FieldTerm, fieldTerms, nameIn } from './field-terms.js';

export interface FieldSelector {
  /** The only name that can match, where the selector says so; lets a watch skip the others. */
  readonly name: string | undefined;
  matches(object: KubeObject): boolean;
}

/**
 * Parses `metadata.name=a,type!=Opaque`; throws 400, also for fields that the resource does not
 * offer. https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
 */
export function parseFieldSelector(
  text: string,
  definition: ResourceDefinition,
): FieldSelector | undefined {
  const terms = fieldTerms(text);
  if (terms.length === 0) return undefined;
  for (const { field } of terms) refuseUnknown(field, definition);
  return {
    name: nameIn(terms),
    matches: (object) => {
      const fields = fieldsOf(object, definition);
      return terms.every((term) => isMet(term, fields));
    },
  };
}

function isMet({ field, isEqual, value }: FieldTerm, fields: Readonly<Record<string, string>>) {
  return (fields[field] === value) === isEqual;
}

/** Kinds with fields of their own word it otherwise than the rest. */
function refuseUnknown(field: string, definition: ResourceDefinition): void {
  const empty: KubeObject = { apiVersion: '', kind: definition.kind, metadata: {} };
  if (Object.hasOwn(fieldsOf(empty, definition), field)) return;
  if (hasFields(definition)) throw badRequest(`field label not supported: ${field}`);
  const known = '"metadata.name", "metadata.namespace"';
  throw badRequest(`${JSON.stringify(field)} is not a known field selector: only ${known}`);
}

function hasFields(definition: ResourceDefinition): boolean {
  return definition.isCustom || 'selectableFields' in definition;
}

function fieldsOf(
  object: KubeObject,
  definition: ResourceDefinition,
): Readonly<Record<string, string>> {
  const { name = '', namespace = '' } = object.metadata;
  // Objects of the cluster have an empty namespace, where the kind has no say of its own.
  const common =
    definition.isNamespaced || !hasFields(definition)
      ? { 'metadata.name': name, 'metadata.namespace': namespace }
      : { 'metadata.name': name };
  return { ...common, ...definition.selectableFields?.(object) };
}
