import { badRequest } from '../model/api-status.js';
import type { KubeObject } from '../model/kube-object.js';
import type { ResourceDefinition } from '../model/resource-definition.js';
import { type FieldTerm, fieldTerms, nameIn } from './field-terms.js';

export interface FieldSelector {
  /** Single name that can match, if the selector names one; a watch skips other names. */
  readonly name: string | undefined;
  matches(object: KubeObject): boolean;
}

/**
 * Parses `metadata.name=a,type!=Opaque`; throws 400, also for fields that the resource does not
 * support.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
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

/** The API server has another error text for kinds with additional fields. */
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
  // Cluster-scoped objects have an empty namespace, unless the kind has its own fields.
  const common =
    definition.isNamespaced || !hasFields(definition)
      ? { 'metadata.name': name, 'metadata.namespace': namespace }
      : { 'metadata.name': name };
  return { ...common, ...definition.selectableFields?.(object) };
}
