import type { FieldError } from '../../core/errors/sallyport-error.js';
import { hiddenAnnotationReason, isHiddenAnnotation } from './hidden-annotations.js';
import { pointerTo } from './json-pointer.js';
import {
  annotationKeyReason,
  annotationsSizeReason,
  labelKeyReason,
  labelValueReason,
} from './names.js';
import type { SecretRef } from './secret.js';

export type Body = Readonly<Record<string, unknown>>;
export type MetadataMap = 'labels' | 'annotations';

/** Read-only members, which a write ignores whatever their content, so a read can be sent. */
const ignoredMembers = ['ownerReferences', 'version', 'createdAt', 'updatedAt', 'updatedBy'];
const knownMembers: ReadonlySet<string> = new Set([
  ...ignoredMembers,
  'namespace',
  'name',
  'uid',
  'type',
  'immutable',
  'labels',
  'annotations',
  'stringData',
  'data',
  'resourceVersion',
]);

/** Reports whether a parsed JSON value is an object. */
export function isRecord(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the members of an object; none of anything else. */
export function membersOf(value: unknown): Body {
  return isRecord(value) ? value : {};
}

/** Members that no Secret has, and null if PUT and PATCH give it no meaning. */
export function memberErrors(body: Body): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (!knownMembers.has(name)) {
      errors.push({ pointer: pointerTo(name), reason: 'unknown member' });
    } else if (value === null && !ignoredMembers.includes(name)) {
      errors.push({ pointer: pointerTo(name), reason: 'must not be null' });
    }
  }
  return errors;
}

/** Reports a namespace or name in the body that disagrees with the path. */
export function placeErrors(body: Body, place: Partial<SecretRef>): FieldError[] {
  const errors: FieldError[] = [];
  for (const name of ['namespace', 'name'] as const) {
    const expected = place[name];
    const given = body[name];
    if (expected === undefined || given === undefined || given === null) continue;
    if (given !== expected) {
      errors.push({ pointer: pointerTo(name), reason: 'must agree with the path' });
    }
  }
  return errors;
}

/** Returns a non-empty string; undefined if it is absent or an error was added. */
export function stringMember(body: Body, name: string, errors: FieldError[]): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value !== '' && value.isWellFormed()) return value;
  errors.push({ pointer: pointerTo(name), reason: 'must be a non-empty string' });
  return undefined;
}

/** Returns a boolean; undefined if it is absent or an error was added. */
export function booleanMember(body: Body, name: string, errors: FieldError[]): boolean | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  errors.push({ pointer: pointerTo(name), reason: 'must be a boolean' });
  return undefined;
}

/** Parses labels or annotations by Kubernetes' rules; null values only if they remove. */
export function metadataMember(
  body: Body,
  name: MetadataMap,
  nulls: 'refuseNull' | 'nullRemoves',
  errors: FieldError[],
): Readonly<Record<string, string | null>> | undefined {
  const map = body[name];
  if (map === undefined || map === null) return undefined;
  if (!isRecord(map)) {
    errors.push({ pointer: pointerTo(name), reason: 'must be an object' });
    return undefined;
  }
  const checked: [string, string | null][] = [];
  for (const [key, value] of Object.entries(map)) {
    const reason = metadataKeyReason(name, key);
    const removes = value === null && nulls === 'nullRemoves';
    const valueReason = removes ? undefined : metadataValueReason(name, value);
    const broken = reason ?? valueReason;
    if (broken !== undefined) errors.push({ pointer: pointerTo(name, key), reason: broken });
    else checked.push([key, typeof value === 'string' ? value : null]);
  }
  if (name === 'annotations') errors.push(...sizeErrors(checked));
  return Object.fromEntries(checked);
}

/** Returns why a label or annotation cannot have this name; hidden annotations cannot be named. */
export function metadataKeyReason(map: MetadataMap, key: string): string | undefined {
  if (map === 'labels') return labelKeyReason(key);
  return isHiddenAnnotation(key) ? hiddenAnnotationReason : annotationKeyReason(key);
}

/** Returns why a label or annotation cannot have this value. */
export function metadataValueReason(map: MetadataMap, value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be a string';
  if (map === 'labels') return labelValueReason(value);
  return value.isWellFormed() ? undefined : 'must be well-formed Unicode';
}

function sizeErrors(entries: readonly [string, string | null][]): FieldError[] {
  const sizes = Object.fromEntries(entries.map(([key, value]) => [key, value ?? '']));
  const reason = annotationsSizeReason(sizes);
  return reason === undefined ? [] : [{ pointer: '/annotations', reason }];
}
