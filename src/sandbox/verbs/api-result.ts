import type { JsonObject, KubeObject } from '../model/kube-object.js';
import type { StoredText } from '../store/object-store.js';

/** One object, as an answer; text is sent as it is stored where the client wants plain JSON. */
export interface ObjectResult {
  readonly kind: 'object';
  readonly status: number;
  readonly object: KubeObject | { readonly text: string };
  readonly warnings: readonly string[];
}

export interface ListResult {
  readonly kind: 'list';
  readonly items: readonly StoredText[];
  /** resourceVersion, continue, remainingItemCount. */
  readonly listMeta: JsonObject;
}

/** A body that has one form only: a Status of success, a review. */
export interface PlainResult {
  readonly kind: 'plain';
  readonly status: number;
  readonly body: JsonObject;
  readonly warnings: readonly string[];
}

export type ApiResult = ObjectResult | ListResult | PlainResult;

export function objectResult(
  status: number,
  object: ObjectResult['object'],
  warnings: readonly string[] = [],
): ObjectResult {
  return { kind: 'object', status, object, warnings };
}

export function plainResult(status: number, body: JsonObject): PlainResult {
  return { kind: 'plain', status, body, warnings: [] };
}
