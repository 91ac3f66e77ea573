import { type FieldError, invalidAt } from '../../core/errors/sallyport-error.js';
import {
  type Body,
  booleanMember,
  isRecord,
  memberErrors,
  metadataMember,
  placeErrors,
  stringMember,
} from './body-members.js';
import { refuseIfAny } from './field-errors.js';
import type { SecretData, SecretRef } from './secret.js';
import type { Preconditions, SecretPatch } from './secret.store.js';
import { type ValueMapPatch, parseValueMapPatch } from './value-map.js';
import { preconditionsOf } from './write-body.js';

export interface MergePatchPlan {
  readonly patch: SecretPatch;
  /** Names of keys that the patch sets or removes, sorted. */
  readonly touched: readonly string[];
  readonly removed: readonly string[];
  /** Values that it sets, for warnings. */
  readonly set: SecretData;
  /** Part of the patch; named again because Kubernetes answers a foreign uid with 422, not 409. */
  readonly preconditions: Preconditions;
}

/**
 * Plans RFC 7396 over the read shape, as one Kubernetes merge patch: absent fields stay, null
 * removes a key, label or annotation. The API server checks types, immutability and the total size,
 * since nothing is read. Throws Invalid or TooLarge.
 */
export function planMergePatch(body: unknown, ref: SecretRef): MergePatchPlan {
  if (!isRecord(body)) throw invalidAt('', 'must be an object');
  const errors: FieldError[] = [...memberErrors(body), ...placeErrors(body, ref)];
  const preconditions = preconditionsOf(body, errors);
  const metadata = metadataPatch(body, preconditions, errors);
  const type = stringMember(body, 'type', errors);
  const immutable = booleanMember(body, 'immutable', errors);
  refuseIfAny(errors);
  const values = parseValueMapPatch(body);
  const document = {
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    ...(type === undefined ? {} : { type }),
    ...(immutable === undefined ? {} : { immutable }),
    ...dataPatch(values),
  };
  return {
    patch: { kind: 'merge', document },
    touched: [...values.set.keys(), ...values.removed].toSorted(),
    removed: values.removed.toSorted(),
    set: values.set,
    preconditions,
  };
}

function metadataPatch(body: Body, preconditions: Preconditions, errors: FieldError[]) {
  const labels = metadataMember(body, 'labels', 'nullRemoves', errors);
  const annotations = metadataMember(body, 'annotations', 'nullRemoves', errors);
  return {
    ...preconditions,
    ...(isEmpty(labels) ? {} : { labels }),
    ...(isEmpty(annotations) ? {} : { annotations }),
  };
}

// An empty map changes nothing; if it was sent, it would create the absent map.
function isEmpty(map: Readonly<Record<string, unknown>> | undefined): boolean {
  return map === undefined || Object.keys(map).length === 0;
}

function dataPatch({ set, removed }: ValueMapPatch) {
  if (set.size + removed.length === 0) return {};
  const entries: [string, string | null][] = [];
  for (const [key, value] of set) entries.push([key, value.revealBase64()]);
  for (const key of removed) entries.push([key, null]);
  return { data: Object.fromEntries(entries) };
}
