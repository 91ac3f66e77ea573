import { badRequest } from '../model/api-status.js';
import { isJsonObject } from '../model/kube-object.js';
import type { Json, JsonObject } from '../model/kube-object.js';

/** Where a member stands, in the words of the API server's decoder. */
export interface MemberPlace {
  /** Of the body: `TokenReview`. */
  readonly kind: string;
  /** The Go type around the member: `TokenReviewSpec`. */
  readonly within: string;
  /** `spec.token`. */
  readonly path: string;
}

/** Empty where it is absent or null. Throws BadRequest for another type. */
export function readText(value: Json | undefined, place: MemberPlace): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw wrongType(value, place, 'string');
  return value;
}

/** Throws BadRequest for another type. */
export function readTexts(value: Json | undefined, place: MemberPlace): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrongType(value, place, '[]string');
  return value.map((one) => readText(one, place));
}

/** Throws BadRequest for another type and for fractions. */
export function readInteger(value: Json | undefined, place: MemberPlace): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw wrongType(value, place, 'int64');
}

/** Undefined where it is absent or null. `type` is the Go type. Throws BadRequest for another. */
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
