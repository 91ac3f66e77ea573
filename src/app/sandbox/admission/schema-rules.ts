import type { KubeObject, StatusCause } from '@sallyport/kube-sandbox/admission';
import { objectAt, textAt, textsAt } from '@sallyport/kube-sandbox/admission';
import { broken, isBlocked, unchecked } from './definition-rules.js';

/**
 * Applies the CEL rules in `deploy/crds/secretschemas.yaml`, which are those of
 * `localsecretschemas.yaml`, in the words of these files. `found`: causes that the schema of the
 * definition has found.
 */
export function schemaCauses(
  schema: KubeObject,
  found: readonly StatusCause[],
): readonly StatusCause[] {
  if (isBlocked(found)) return [unchecked];
  const appliesTo = objectAt(objectAt(schema, 'spec') ?? {}, 'appliesTo');
  if (appliesTo === undefined) return [];
  const holds = textAt(appliesTo, 'label') !== '' || textsAt(appliesTo, 'types').length > 0;
  return broken('spec.appliesTo', { holds, message: 'must name a type or a label' });
}
