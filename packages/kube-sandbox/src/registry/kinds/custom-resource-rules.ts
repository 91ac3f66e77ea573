import type { StatusCause } from '../../model/api-status.js';
import type { Json, JsonObject } from '../../model/kube-object.js';
import { isSameJson } from '../../model/same-json.js';
import { objectAt, objectsAt, textAt, valueAt } from '../../table/columns/object-fields.js';
import { invalidValue, notSupported, required } from '../field-errors.js';
import { label1035Complaints, subdomainComplaints } from '../name-rules.js';
import { printerColumnCauses, scaleCauses } from './custom-resource-parts.js';
import { schemaCauses } from './custom-resource-schema-rules.js';

/** Checks `spec` of a CustomResourceDefinition, except its names. */
export function definitionSpecCauses(spec: JsonObject): StatusCause[] {
  const versions = objectsAt(spec, 'versions');
  return [
    ...groupCauses(textAt(spec, 'group')),
    ...scopeCauses(textAt(spec, 'scope')),
    ...versions.flatMap(missingSchemaCauses),
    ...versions.flatMap((version, index) => {
      const path = `spec.versions[${index}]`;
      return [...versionNameCauses(version, `${path}.name`), ...warningCauses(version, path)];
    }),
    ...versionListCauses(spec, versions),
    ...firstVersionCauses(versions[0]),
    ...partCauses(versions),
    ...conversionCauses(spec),
    ...preservingCauses(spec),
  ];
}

function groupCauses(group: string): StatusCause[] {
  const field = 'spec.group';
  if (group === '') return [required(field)];
  const complaints = subdomainComplaints(group);
  if (complaints.length > 0) return [invalidValue(field, group, complaints.join(','))];
  if (group.includes('.')) return [];
  return [invalidValue(field, group, 'should be a domain with at least one dot')];
}

function scopeCauses(scope: string): StatusCause[] {
  const supported = ['Cluster', 'Namespaced'];
  if (scope === '') return [required('spec.scope')];
  return supported.includes(scope) ? [] : [notSupported('spec.scope', scope, supported)];
}

function missingSchemaCauses(version: JsonObject, index: number): StatusCause[] {
  if (objectAt(version, 'schema', 'openAPIV3Schema') !== undefined) return [];
  return [required(`spec.versions[${index}].schema.openAPIV3Schema`)];
}

function versionNameCauses(version: JsonObject, field: string): StatusCause[] {
  const name = textAt(version, 'name');
  const complaints = label1035Complaints(name);
  return complaints.length === 0 ? [] : [invalidValue(field, name, complaints.join(','))];
}

/** Older versions of the API had the first version's name here, and the check remains. */
function firstVersionCauses(version: JsonObject | undefined): StatusCause[] {
  return version === undefined ? [] : versionNameCauses(version, 'spec.version');
}

function warningCauses(version: JsonObject, path: string): StatusCause[] {
  const warning = version['deprecationWarning'];
  if (typeof warning !== 'string' || version['deprecated'] === true) return [];
  const detail = 'can only be set for deprecated versions';
  return [invalidValue(`${path}.deprecationWarning`, warning, detail)];
}

function versionListCauses(spec: JsonObject, versions: readonly JsonObject[]): StatusCause[] {
  const names = versions.map((version) => textAt(version, 'name'));
  const shown = Array.isArray(spec['versions']) ? versions.map(shownVersion) : null;
  const causes: StatusCause[] = [];
  if (new Set(names).size < names.length) {
    causes.push(invalidValue('spec.versions', shown, 'must contain unique version names'));
  }
  if (versions.filter((version) => version['storage'] === true).length !== 1) {
    const detail = 'must have exactly one version marked as storage version';
    causes.push(invalidValue('spec.versions', shown, detail));
  }
  return causes;
}

/** Returns a version with the member names of the API server's source. */
function shownVersion(version: JsonObject): Json {
  return {
    Name: textAt(version, 'name'),
    Served: version['served'] === true,
    Storage: version['storage'] === true,
    Deprecated: version['deprecated'] === true,
    DeprecationWarning: version['deprecationWarning'] ?? null,
    Schema: null,
    Subresources: null,
    AdditionalPrinterColumns: null,
    SelectableFields: null,
  };
}

/** Reports a part that all versions share once, at its path in older versions of the API. */
function partCauses(versions: readonly JsonObject[]): StatusCause[] {
  const partsOf = [
    { path: ['schema'], shared: 'validation', causes: versionSchemaCauses },
    { path: ['subresources'], shared: 'subresources', causes: scaleCauses },
    {
      path: ['additionalPrinterColumns'],
      shared: 'additionalPrinterColumns',
      causes: printerColumnCauses,
    },
  ];
  return partsOf.flatMap(({ path, shared, causes }) => {
    const first = versions[0];
    const isShared =
      first !== undefined &&
      versions.every((it) => isSameJson(valueAt(it, ...path), valueAt(first, ...path)));
    if (isShared) return causes(first, `spec.${shared}`);
    return versions.flatMap((version, index) => {
      return causes(version, `spec.versions[${index}].${path.join('.')}`);
    });
  });
}

function versionSchemaCauses(version: JsonObject, field: string): StatusCause[] {
  const schema = objectAt(version, 'schema', 'openAPIV3Schema');
  if (schema === undefined) return [];
  const hasStatus = objectAt(version, 'subresources', 'status') !== undefined;
  return schemaCauses(schema, `${field}.openAPIV3Schema`, hasStatus);
}

function conversionCauses(spec: JsonObject): StatusCause[] {
  const strategy = textAt(spec, 'conversion', 'strategy');
  const field = 'spec.conversion';
  if (strategy === '') return [required(`${field}.strategy`)];
  if (strategy !== 'None' && strategy !== 'Webhook') {
    return [notSupported(`${field}.strategy`, strategy, ['None', 'Webhook'])];
  }
  if (strategy === 'None' || objectAt(spec, 'conversion', 'webhook') !== undefined) return [];
  return [
    required(`${field}.webhookClientConfig`, 'required when strategy is set to Webhook'),
    required(`${field}.conversionReviewVersions`),
  ];
}

function preservingCauses(spec: JsonObject): StatusCause[] {
  if (spec['preserveUnknownFields'] !== true) return [];
  const detail =
    'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
  return [invalidValue('spec.preserveUnknownFields', true, detail)];
}
