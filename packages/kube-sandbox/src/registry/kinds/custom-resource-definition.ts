import type { StatusCause } from '../../model/api-status.js';
import type { JsonObject, KubeObject } from '../../model/kube-object.js';
import { nameOf } from '../../model/kube-object.js';
import type { Strategy, StrategyContext } from '../../model/resource-definition.js';
import { objectAt, objectsAt, textAt, textsAt } from '../../table/columns/object-fields.js';
import { immutable, invalidValue } from '../field-errors.js';
import { approvalCauses } from './api-approval.js';
import { definitionNameCauses } from './custom-resource-names.js';
import { definitionSpecCauses } from './custom-resource-rules.js';

/** Differences of CustomResourceDefinitions from an API server, for the documentation. */
export const customResourceDifferences: readonly string[] = [
  'names are accepted and established at once, without a look for conflicts with other definitions',
  'a definition with the name of a built-in resource is refused with 422, whatever its versions',
  'conversion by webhook is not called: a version differs by its apiVersion alone',
  'validation rules in CEL are stored and not evaluated; admission plug-ins have those of SecretRotation, SecretShare, SecretImport and SecretSync',
  'of a schema only types and the form of its tree are checked',
];

/** https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/ */
export const customResourceDefinitionStrategy: Strategy = {
  countsGeneration: true,
  requiresRevision: true,
  prepareForCreate: (definition, context) => {
    fillDefaults(definition);
    definition['status'] = statusOf(definition, undefined, context);
  },
  prepareForUpdate: (definition, old, context) => {
    fillDefaults(definition);
    definition['status'] = statusOf(definition, objectAt(old, 'status'), context);
  },
  validateCreate: (definition) => [...nameCauses(definition), ...approvalCauses(definition)],
  validate: (definition) => [
    ...definitionSpecCauses(objectAt(definition, 'spec') ?? {}),
    ...definitionNameCauses(objectAt(definition, 'spec') ?? {}),
    ...storedVersionCauses(definition),
  ],
  validateUpdate: (definition, old) => {
    const paths = [['scope'], ['names', 'kind'], ['group'], ['names', 'plural']];
    const changed = paths.flatMap((path) => {
      const value = textAt(definition, 'spec', ...path);
      if (value === textAt(old, 'spec', ...path)) return [];
      return [immutable(`spec.${path.join('.')}`, value)];
    });
    return [...changed, ...approvalCauses(definition, old)];
  },
};

function fillDefaults(definition: KubeObject): void {
  const spec = (definition['spec'] = { ...objectAt(definition, 'spec') });
  const names: JsonObject = { ...objectAt(spec, 'names') };
  const kind = textAt(names, 'kind');
  if (kind !== '') {
    names['singular'] ??= kind.toLowerCase();
    names['listKind'] ??= `${kind}List`;
  }
  spec['names'] = names;
  spec['conversion'] ??= { strategy: 'None' };
}

/**
 * Returns the status that a controller of the API server sets soon after a definition is stored.
 */
function statusOf(
  definition: KubeObject,
  old: JsonObject | undefined,
  { now }: StrategyContext,
): JsonObject {
  const stored = new Set(textsAt(old ?? {}, 'storedVersions'));
  const storage = storageVersionOf(definition);
  if (storage !== undefined) stored.add(storage);
  return {
    conditions: old?.['conditions'] ?? [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found', now),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted', now),
    ],
    acceptedNames: structuredClone(objectAt(definition, 'spec', 'names') ?? {}),
    storedVersions: [...stored],
  };
}

function condition(type: string, reason: string, message: string, now: string): JsonObject {
  return { type, status: 'True', lastTransitionTime: now, reason, message };
}

function storageVersionOf(definition: KubeObject): string | undefined {
  const version = objectsAt(definition, 'spec', 'versions').find((it) => it['storage'] === true);
  return version === undefined ? undefined : textAt(version, 'name');
}

function nameCauses(definition: KubeObject): StatusCause[] {
  const name = nameOf(definition);
  const plural = textAt(definition, 'spec', 'names', 'plural');
  if (name === `${plural}.${textAt(definition, 'spec', 'group')}`) return [];
  return [invalidValue('metadata.name', name, 'must be spec.names.plural+"."+spec.group')];
}

function storedVersionCauses(definition: KubeObject): StatusCause[] {
  const field = 'status.storedVersions';
  const stored = textsAt(definition, 'status', 'storedVersions');
  if (stored.length === 0) {
    return [invalidValue(field, null, 'must have at least one stored version')];
  }
  const names = objectsAt(definition, 'spec', 'versions').map((it) => textAt(it, 'name'));
  return stored.flatMap((version, index) => {
    if (names.includes(version)) return [];
    const detail =
      `missing from spec.versions; ${version} was previously a storage version, and must remain ` +
      'in spec.versions until a storage migration ensures no data remains persisted in ' +
      `${version} and removes ${version} from status.storedVersions`;
    return [invalidValue(`${field}[${index}]`, version, detail)];
  });
}
