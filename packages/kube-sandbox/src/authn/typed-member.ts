import { badRequest } from '../model/api-status.js';
import { isJsonObject } from '../model/kube-object.js';
import type { Json, JsonObject } from '../model/kube-object.js';

/** Position of a member, in the words of the API server's decoder. */
export interface MemberPlace {
  /** Kind of the body, e.g. `TokenReview`. */
  readonly kind: string;
  /** Go type that contains the member, e.g. `TokenReviewSpec`. */
  readonly within: string;
  /** Path of the member, e.g. `spec.token`. */
  readonly path: string;
}

/** Returns the empty string for absent and null. Throws BadRequest for other types. */
export function readText(value: Json | undefined, place: MemberPlace): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw wrongType(value, place, 'string');
  return value;
}

/** Throws BadRequest for other types. */
export function readTexts(value: Json | undefined, place: MemberPlace): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrongType(value, place, '[]string');
  return value.map((one) => readText(one, place));
}

/** Throws BadRequest for other types and for fractions. */
export function readInteger(value: Json | undefined, place: MemberPlace): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw wrongType(value, place, 'int64');
}

/** Returns undefined for absent and null. `type` is the Go type. Throws BadRequest for others. */
export function readObject(
  value: Json | undefined,
  place: MemberPlace,
  type: string,
): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw wrongType(value, place, type);
  return value;
}

function wrongType(value: Json, { kind, within, path }: MemberPlace, type: string) {
  const found = `json: cannot unmarshal ${nameOfType(value, type)} into Go struct field`;
  return badRequest(
    `${kind} in version "v1" cannot be handled as a ${kind}: ${found} ${within}.${path} of type ${type}`,
  );
}

function nameOfType(value: Json, wanted: string): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' && wanted === 'int64') return `number ${value}`;
  return typeof value;
}
