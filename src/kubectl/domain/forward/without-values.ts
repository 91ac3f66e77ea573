import { type Body, isRecord } from '../../../secrets/domain/body-members.js';
import { isHiddenAnnotation } from '../../../secrets/domain/hidden-annotations.js';

/**
 * Members of a Secret, its metadata, a Table, its rows, and lists of these that contain no value,
 * in the order of the API server.
 */
const valueFree = [
  'kind',
  'apiVersion',
  'metadata',
  'columnDefinitions',
  'rows',
  'cells',
  'conditions',
  'object',
  'items',
  'immutable',
  'type',
] as const;

/** Fields of ObjectMeta and ListMeta; `managedFields` contains key names. */
const valueFreeMetadata = [
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
] as const;

/**
 * Returns a copy of a Secret, of its metadata, of a Table or a row, or of a list, without values
 * and key names. Retains only members that are known to contain none.
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

/**
 * Maps members in the order of `kept`: the original order may reveal whether a write has changed
 * the object. Leaves out undefined members, as JSON does.
 */
function mapMembers(
  object: Body,
  kept: readonly string[],
  map: (name: string, value: unknown) => unknown,
): Body {
  const members = kept.filter((name) => Object.hasOwn(object, name));
  const mapped = members.map((name) => [name, map(name, object[name])] as const);
  return Object.fromEntries(mapped.filter(([, value]) => value !== undefined));
}
