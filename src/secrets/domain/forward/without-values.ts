import { type Body, isRecord } from '../body-members.js';
import { isHiddenAnnotation } from '../hidden-annotations.js';

/** Members of a Secret, its metadata, a Table, its rows, and lists of these that hold no value. */
const valueFree: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'type',
  'immutable',
  'items',
  'columnDefinitions',
  'rows',
  'cells',
  'conditions',
  'object',
]);

/** Of ObjectMeta and ListMeta; `managedFields` names keys. */
const valueFreeMetadata: ReadonlySet<string> = new Set([
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'continue',
  'remainingItemCount',
]);

/**
 * A copy of a Secret, of its metadata, of a Table or a row, or of a list, without values and names
 * of keys: of its members, those that are known to hold none.
 * https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/
 */
export function withoutValues(object: unknown): unknown {
  if (!isRecord(object)) return object;
  return mapMembers(object, valueFree, (name, value) => {
    if (name === 'metadata') return metadataWithoutValues(value);
    if (name === 'object') return withoutValues(value);
    const isList = (name === 'items' || name === 'rows') && Array.isArray(value);
    return isList ? value.map(withoutValues) : value;
  });
}

function metadataWithoutValues(metadata: unknown): unknown {
  if (!isRecord(metadata)) return {};
  return mapMembers(metadata, valueFreeMetadata, (name, value) =>
    name === 'annotations' ? visibleAnnotations(value) : value,
  );
}

function visibleAnnotations(annotations: unknown): unknown {
  const entries = Object.entries(isRecord(annotations) ? annotations : {});
  const visible = entries.filter(([name]) => !isHiddenAnnotation(name));
  return visible.length === 0 ? undefined : Object.fromEntries(visible);
}

/** In their order; without those that are made undefined, as JSON leaves them out. */
function mapMembers(
  object: Body,
  kept: ReadonlySet<string>,
  map: (name: string, value: unknown) => unknown,
): Body {
  const members = Object.entries(object).filter(([name]) => kept.has(name));
  const mapped = members.map(([name, value]) => [name, map(name, value)] as const);
  return Object.fromEntries(mapped.filter(([, value]) => value !== undefined));
}
