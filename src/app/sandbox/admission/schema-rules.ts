import type { KubeObject, StatusCause } from '@sallyport/kube-sandbox/admission';
import { objectAt, textAt, textsAt } from '@sallyport/kube-sandbox/admission';

/** Rules of `deploy/crds/secretschemas.yaml` and `localsecretschemas.yaml` in CEL. */
export function schemaCauses(schema: KubeObject): readonly StatusCause[] {
  const appliesTo = objectAt(objectAt(schema, 'spec') ?? {}, 'appliesTo');
  if (appliesTo === undefined) return [];
  const isNamed = textAt(appliesTo, 'label') !== '' || textsAt(appliesTo, 'types').length > 0;
  if (isNamed) return [];
  const message = 'Invalid value: must name a type or a label';
  return [{ reason: 'FieldValueInvalid', message, field: 'spec.appliesTo' }];
}
