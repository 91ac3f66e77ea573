import type { StatusCause } from '../../model/api-status.js';
import type { JsonObject } from '../../model/kube-object.js';
import { objectAt, objectsAt, textAt } from '../../table/columns/object-fields.js';
import { invalidValue, required } from '../field-errors.js';

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = [
  'byte',
  'date',
  'date-time',
  'double',
  'float',
  'int32',
  'int64',
  'password',
];

/** Checks the printer columns of a version of a CustomResourceDefinition. */
export function printerColumnCauses(version: JsonObject, field: string): StatusCause[] {
  return objectsAt(version, 'additionalPrinterColumns').flatMap((column, index) => {
    return oneColumnCauses(column, `${field}[${index}]`);
  });
}

function oneColumnCauses(column: JsonObject, field: string): StatusCause[] {
  const causes: StatusCause[] = [];
  const type = textAt(column, 'type');
  const format = textAt(column, 'format');
  const types = `must be one of ${columnTypes.join(',')}`;
  if (textAt(column, 'name') === '') causes.push(required(`${field}.name`));
  if (type === '') causes.push(required(`${field}.type`, types));
  else if (!columnTypes.includes(type)) causes.push(invalidValue(`${field}.type`, type, types));
  if (format !== '' && !columnFormats.includes(format)) {
    const detail = `must be one of ${columnFormats.join(',')}`;
    causes.push(invalidValue(`${field}.format`, format, detail));
  }
  const path = textAt(column, 'jsonPath');
  if (path === '') causes.push(required(`${field}.JSONPath`));
  else causes.push(...simplePathCauses(path, `${field}.JSONPath`));
  return causes;
}

/** Checks the scale subresource of a version of a CustomResourceDefinition. */
export function scaleCauses(version: JsonObject, field: string): StatusCause[] {
  const scale = objectAt(version, 'subresources', 'scale');
  if (scale === undefined) return [];
  const selectorPath = textAt(scale, 'labelSelectorPath');
  const selectorField = `${field}.scale.labelSelectorPath`;
  const below = ['.spec.', '.status.'];
  return [
    ...replicasPathCauses(scale, 'spec', field),
    ...replicasPathCauses(scale, 'status', field),
    ...(selectorPath === ''
      ? []
      : pathCauses(selectorPath, selectorField, below, 'either .spec or .status')),
  ];
}

function replicasPathCauses(
  scale: JsonObject,
  part: 'spec' | 'status',
  field: string,
): StatusCause[] {
  const name = `${part}ReplicasPath`;
  const path = textAt(scale, name);
  if (path === '') return [required(`${field}.scale.${name}`)];
  return pathCauses(path, `${field}.scale.${name}`, [`.${part}.`], `.${part}`);
}

function pathCauses(
  path: string,
  field: string,
  prefixes: readonly string[],
  place: string,
): StatusCause[] {
  const causes = simplePathCauses(path, field);
  if (causes.length > 0 || prefixes.some((prefix) => path.startsWith(prefix))) return causes;
  return [invalidValue(field, path, `should be a json path under ${place}`)];
}

function simplePathCauses(path: string, field: string): StatusCause[] {
  if (path.startsWith('.')) return [];
  return [invalidValue(field, path, 'must be a simple json path starting with .')];
}
