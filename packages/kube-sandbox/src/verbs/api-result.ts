import type { JsonObject, KubeObject } from '../model/kube-object.js';
import type { StoredText } from '../store/object-store.js';

/** Response with one object; plain JSON is the stored text. */
export interface ObjectResult {
  readonly kind: 'object';
  readonly status: number;
  readonly object: KubeObject | { readonly text: string };
  readonly warnings: readonly string[];
}

export interface ListResult {
  readonly kind: 'list';
  readonly items: readonly StoredText[];
  /** Members resourceVersion, continue and remainingItemCount. */
  readonly listMeta: JsonObject;
}

/** Response with a single form: a Status of success, or a review. */
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
