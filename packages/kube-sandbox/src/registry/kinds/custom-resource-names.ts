import type { StatusCause } from '../../model/api-status.js';
import type { JsonObject } from '../../model/kube-object.js';
import { objectAt, textAt, textsAt } from '../../table/columns/object-fields.js';
import { invalidValue, required } from '../field-errors.js';
import { label1035Complaints } from '../name-rules.js';

const field = 'spec.names';
const mandatory = ['plural', 'singular', 'kind', 'listKind'];

/** Checks `spec.names` of a CustomResourceDefinition. */
export function definitionNameCauses(spec: JsonObject): StatusCause[] {
  const names = objectAt(spec, 'names') ?? {};
  const missing = mandatory.filter((name) => textAt(names, name) === '');
  const causes = missing.map((name) => required(`${field}.${name}`));
  for (const name of ['plural', 'singular']) causes.push(...lowerCauses(name, textAt(names, name)));
  for (const name of ['kind', 'listKind']) causes.push(...mixedCauses(name, textAt(names, name)));
  causes.push(...listCauses(names, 'shortNames'));
  const kind = textAt(names, 'kind');
  if (kind !== '' && kind === textAt(names, 'listKind')) {
    const detail = 'kind and listKind may not be the same';
    causes.push(invalidValue(`${field}.listKind`, kind, detail));
  }
  return [...causes, ...listCauses(names, 'categories')];
}

function lowerCauses(name: string, value: string): StatusCause[] {
  const complaints = value === '' ? [] : label1035Complaints(value);
  if (complaints.length === 0) return [];
  return [invalidValue(`${field}.${name}`, value, complaints.join(','))];
}

function mixedCauses(name: string, value: string): StatusCause[] {
  const complaints = value === '' ? [] : label1035Complaints(value.toLowerCase());
  if (complaints.length === 0) return [];
  const detail = `may have mixed case, but should otherwise match: ${complaints.join(',')}`;
  return [invalidValue(`${field}.${name}`, value, detail)];
}

function listCauses(names: JsonObject, list: string): StatusCause[] {
  return textsAt(names, list).flatMap((value, index) => {
    const complaints = label1035Complaints(value);
    if (complaints.length === 0) return [];
    return [invalidValue(`${field}.${list}[${index}]`, value, complaints.join(','))];
  });
}
