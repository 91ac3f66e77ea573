import { conflict } from '../model/api-status.js';
import { type KubeObject, nameOf } from '../model/kube-object.js';
import type { ResourceDefinition } from '../model/resource-definition.js';
import type { DeleteOptions } from './delete-options.js';

/** Throws 409 if the object does not meet the preconditions. */
export function refuseUnmet(
  { group, kind }: ResourceDefinition,
  old: KubeObject,
  options: DeleteOptions,
): void {
  for (const { what, wanted, is, meanwhile } of unmet(old, options)) {
    const why =
      `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${is}). ` +
      `The object might have been ${meanwhile}`;
    throw conflict({ group, resource: kind }, nameOf(old), why);
  }
}

/** Throws the 409 in the words for kinds that are marked before they are deleted. */
export function refuseUnmetMark(
  definition: ResourceDefinition,
  old: KubeObject,
  options: DeleteOptions,
  failed: string,
): void {
  for (const { what, wanted, is } of unmet(old, options)) {
    const why = `${failed}: ${what} in precondition: ${wanted}, ${what} in object meta: ${is}`;
    throw conflict(definition, nameOf(old), why);
  }
}

function unmet({ metadata }: KubeObject, { uid, resourceVersion }: DeleteOptions) {
  const preconditions = [
    { what: 'UID', wanted: uid, is: metadata.uid ?? '', meanwhile: 'deleted and then recreated' },
    {
      what: 'ResourceVersion',
      wanted: resourceVersion,
      is: metadata.resourceVersion ?? '',
      meanwhile: 'modified',
    },
  ];
  return preconditions.filter(({ wanted, is }) => wanted !== undefined && wanted !== is);
}
