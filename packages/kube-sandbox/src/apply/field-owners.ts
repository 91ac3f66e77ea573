import { isJsonObject } from '../model/kube-object.js';
import type { Json, JsonObject } from '../model/kube-object.js';
import { memberOf } from '../schema/raw-value.js';
import { FieldSet } from './field-set.js';
import { compareText } from './path-element.js';

export interface OwnerIdentity {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
}

/** Entry of managedFields. */
export interface FieldOwner extends OwnerIdentity {
  /** RFC 3339; absent if the manager never changed the object. */
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

/** Owners by `ownerKey`. */
export type FieldOwners = ReadonlyMap<string, FieldOwner>;

/**
 * Returns the key by which entries merge: an applying manager has one entry for all apiVersions.
 */
export function ownerKey(owner: OwnerIdentity): string {
  const { manager, operation, apiVersion, subresource } = owner;
  return JSON.stringify({
    ...(manager && { manager }),
    operation,
    ...(operation === 'Update' && { apiVersion }),
    ...(subresource && { subresource }),
  });
}

/** Reads `metadata.managedFields`; returns undefined if an entry is malformed. */
export function decodeOwners(managedFields: Json | undefined): FieldOwners | undefined {
  const owners = new Map<string, FieldOwner>();
  for (const entry of Array.isArray(managedFields) ? managedFields : []) {
    const owner = isJsonObject(entry) ? decodeOwner(entry) : undefined;
    if (owner === undefined) return undefined;
    owners.set(ownerKey(owner), owner);
  }
  return owners;
}

function decodeOwner(entry: JsonObject): FieldOwner | undefined {
  const operation = memberOf(entry, 'operation');
  const apiVersion = textOf(entry, 'apiVersion');
  if (operation !== 'Apply' && operation !== 'Update') return undefined;
  if (apiVersion === '' || memberOf(entry, 'fieldsType') !== 'FieldsV1') return undefined;
  const fields = parseFields(memberOf(entry, 'fieldsV1') ?? {});
  if (fields === undefined) return undefined;
  const manager = textOf(entry, 'manager');
  const time = textOf(entry, 'time') || undefined;
  return {
    manager,
    operation,
    apiVersion,
    subresource: textOf(entry, 'subresource'),
    time,
    fields,
  };
}

function textOf(entry: JsonObject, name: string): string {
  const value = memberOf(entry, name);
  return typeof value === 'string' ? value : '';
}

function parseFields(fields: Json): FieldSet | undefined {
  try {
    return FieldSet.parse(fields);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Returns `metadata.managedFields` in the API server's order, or undefined without owners. */
export function encodeOwners(owners: FieldOwners): JsonObject[] | undefined {
  if (owners.size === 0) return undefined;
  return [...owners.values()].sort(compareOwners).map((owner) => ({
    ...(owner.manager && { manager: owner.manager }),
    operation: owner.operation,
    apiVersion: owner.apiVersion,
    ...(owner.time !== undefined && { time: owner.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: owner.fields.serialise(),
    ...(owner.subresource && { subresource: owner.subresource }),
  }));
}

function compareOwners(left: FieldOwner, right: FieldOwner): number {
  return (
    compareText(left.operation, right.operation) ||
    secondsOf(left) - secondsOf(right) ||
    compareText(left.manager, right.manager) ||
    compareText(left.apiVersion, right.apiVersion) ||
    compareText(left.subresource, right.subresource)
  );
}

/** Returns when the owner last changed the object, or 0 without a valid time. */
export function secondsOf({ time }: FieldOwner): number {
  const milliseconds = time === undefined ? 0 : Date.parse(time);
  return Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000);
}
