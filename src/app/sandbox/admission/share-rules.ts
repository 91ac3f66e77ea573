import type { JsonObject, KubeObject, StatusCause } from '@sallyport/kube-sandbox/admission';
import { objectAt, objectsAt, textAt } from '@sallyport/kube-sandbox/admission';
import { broken, isBlocked, type Rule, unchecked } from './definition-rules.js';

/**
 * Applies the CEL rules in `deploy/crds/secretshares.yaml`, in the words of that file.
 * `schemaCauses`: causes that the schema has found. `old`: on update.
 */
export function shareCauses(
  share: KubeObject,
  schemaCauses: readonly StatusCause[],
  old?: KubeObject,
): readonly StatusCause[] {
  if (isBlocked(schemaCauses)) return [unchecked];
  if (old === undefined) return [];
  const spec = objectAt(share, 'spec') ?? {};
  const oldSpec = objectAt(old, 'spec') ?? {};
  return [
    ...broken('spec', revokedRule(spec, oldSpec, 'create another share instead')),
    ...broken('spec.secretName', secretNameRule(spec, oldSpec)),
    ...consumerCauses(objectsAt(spec, 'to'), objectsAt(oldSpec, 'to')),
  ];
}

function secretNameRule(spec: JsonObject, old: JsonObject): Rule {
  const text = textAt(spec, 'secretName');
  return {
    holds: text === textAt(old, 'secretName'),
    message: 'secretName may not change; create another share instead',
    text,
  };
}

/** Compares each namespace with its entry in the old list, wherever that is. */
function consumerCauses(
  consumers: readonly JsonObject[],
  old: readonly JsonObject[],
): readonly StatusCause[] {
  return consumers.flatMap((consumer, index) => {
    const before = old.find((one) => one['namespace'] === consumer['namespace']);
    if (before === undefined) return [];
    const advice = 'create another share for this namespace instead';
    return broken(`spec.to[${index}]`, revokedRule(consumer, before, advice));
  });
}

function revokedRule(object: JsonObject, old: JsonObject, advice: string): Rule {
  return {
    holds: old['revoked'] !== true || object['revoked'] === true,
    message: `revoked may not be taken back; ${advice}`,
  };
}
