import type { JsonObject, KubeObject, StatusCause } from '@sallyport/kube-sandbox/admission';
import { isSameJson, objectAt, objectsAt, textAt } from '@sallyport/kube-sandbox/admission';
import { broken, isBlocked, type Rule, unchecked } from './definition-rules.js';

/**
 * Applies the CEL rules in `deploy/crds/secretimports.yaml`, in the words of that file.
 * `schemaCauses`: causes that the schema has found. `old`: on update.
 */
export function importCauses(
  imported: KubeObject,
  schemaCauses: readonly StatusCause[],
  old?: KubeObject,
): readonly StatusCause[] {
  if (isBlocked(schemaCauses)) return [unchecked];
  const spec = objectAt(imported, 'spec') ?? {};
  const oldSpec = old && (objectAt(old, 'spec') ?? {});
  return [
    ...(oldSpec === undefined ? [] : changeCauses(spec, oldSpec)),
    ...broken('spec.keys', namesRule(objectsAt(spec, 'keys'))),
  ];
}

function changeCauses(spec: JsonObject, old: JsonObject): readonly StatusCause[] {
  const isTargetSame =
    objectAt(old, 'target') === undefined ||
    textAt(spec, 'target', 'secretName') === textAt(old, 'target', 'secretName');
  return [
    ...broken('spec', {
      holds: isTargetSame,
      message: 'target.secretName may not change; create another import instead',
    }),
    ...broken('spec.from', {
      holds: isSameJson(objectAt(spec, 'from'), objectAt(old, 'from')),
      message: 'from may not change; create another import instead',
    }),
  ];
}

function namesRule(keys: readonly JsonObject[]): Rule {
  const names = keys.map((key) => textAt(key, 'as') || textAt(key, 'name'));
  return {
    holds: new Set(names).size === names.length,
    message: 'two keys may not have the same name after they are renamed',
  };
}
