import type { StatusCause } from '../model/api-status.js';
import type { JsonObject } from '../model/kube-object.js';
import { invalidValue, required } from './field-errors.js';

const field = 'metadata.ownerReferences';
const members = ['apiVersion', 'kind', 'name', 'uid', 'controller', 'blockOwnerDeletion'];
const mandatory = ['apiVersion', 'kind', 'name', 'uid'];

/** Checks `metadata.ownerReferences`, but not whether the owners exist. */
export function ownerReferenceCauses(references: readonly JsonObject[]): StatusCause[] {
  const causes = references.flatMap((reference, index) => {
    return oneReferenceCauses(reference, `${field}[${index}]`);
  });
  return [...causes, ...controllerCauses(references)];
}

function oneReferenceCauses(reference: JsonObject, path: string): StatusCause[] {
  const causes: StatusCause[] = [];
  for (const name of mandatory) {
    if (text(reference, name) === '') causes.push(required(`${path}.${name}`, 'must not be empty'));
  }
  const apiVersion = text(reference, 'apiVersion');
  if (apiVersion !== '' && !isGroupVersion(apiVersion)) {
    const detail = 'must be <group>/<version> or <version>';
    causes.push(invalidValue(`${path}.apiVersion`, apiVersion, detail));
  }
  if (apiVersion === 'v1' && text(reference, 'kind') === 'Event') {
    const detail = '/v1, Kind=Event is disallowed from being an owner';
    causes.push(invalidValue(path, ordered(reference), detail));
  }
  return causes;
}

function controllerCauses(references: readonly JsonObject[]): StatusCause[] {
  const [first, ...others] = references.filter((reference) => reference['controller'] === true);
  if (first === undefined) return [];
  const names = new Set(others.map(shown));
  return Array.from(names, (other) => {
    const detail =
      'Only one reference can have Controller set to true. ' +
      `Found "true" in references for ${shown(first)} and ${other}`;
    return invalidValue(field, references.map(ordered), detail);
  });
}

function isGroupVersion(apiVersion: string): boolean {
  const parts = apiVersion.split('/');
  return parts.length <= 2 && parts.at(-1) !== '';
}

function shown(reference: JsonObject): string {
  return `${text(reference, 'kind')}/${text(reference, 'name')}`;
}

function ordered(reference: JsonObject): JsonObject {
  const given = members.filter((name) => reference[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, reference[name]]));
}

function text(reference: JsonObject, name: string): string {
  const value = reference[name];
  return typeof value === 'string' ? value : '';
}
