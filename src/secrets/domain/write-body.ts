import { type FieldError, invalidAt } from '../../core/errors/sallyport-error.js';
import {
  type Body,
  type MetadataMap,
  booleanMember,
  isRecord,
  memberErrors,
  metadataMember,
  placeErrors,
  stringMember,
} from './body-members.js';
import { refuseIfAny } from './field-errors.js';
import { namespaceReason, secretNameReason } from './names.js';
import type { SecretData, SecretRef, StringMap } from './secret.js';
import type { Preconditions } from './secret.store.js';
import { parseValueMap } from './value-map.js';

/** A complete Secret as a caller writes it; an undefined member was absent. */
export interface WriteInput extends SecretRef {
  readonly data: SecretData;
  readonly type?: string | undefined;
  readonly immutable?: boolean | undefined;
  readonly labels?: StringMap | undefined;
  readonly annotations?: StringMap | undefined;
  readonly preconditions?: Preconditions | undefined;
}

/**
 * Parses the body of a POST (`place` without a name) or PUT from JSON. Throws Invalid with every
 * broken rule, or TooLarge. Ignores read-only members, so that a read body is a
 * valid write body.
 */
export function parseWriteBody(
  body: unknown,
  place: { readonly namespace: string; readonly name?: string },
): WriteInput {
  if (!isRecord(body)) throw invalidAt('', 'must be an object');
  const errors: FieldError[] = [...memberErrors(body), ...placeErrors(body, place)];
  const name = place.name ?? stringMember(body, 'name', errors) ?? '';
  const input = {
    namespace: place.namespace,
    name,
    type: stringMember(body, 'type', errors),
    immutable: booleanMember(body, 'immutable', errors),
    labels: completeMap(body, 'labels', errors),
    annotations: completeMap(body, 'annotations', errors),
    preconditions: preconditionsOf(body, errors),
  };
  errors.push(...refErrors(input));
  if (body['stringData'] === undefined && body['data'] === undefined) {
    const reason = 'stringData or data is required, as the complete set of keys; {} empties';
    errors.push({ pointer: '/data', reason });
  }
  refuseIfAny(errors);
  return { ...input, data: parseValueMap(body) };
}

/** Returns `uid` and `resourceVersion` of a body; undefined members are no preconditions. */
export function preconditionsOf(body: Body, errors: FieldError[]): Preconditions {
  const uid = stringMember(body, 'uid', errors);
  const resourceVersion = stringMember(body, 'resourceVersion', errors);
  return {
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

function completeMap(body: Body, name: MetadataMap, errors: FieldError[]): StringMap | undefined {
  const map = metadataMember(body, name, 'refuseNull', errors);
  // `refuseNull` leaves no null in the map; its type is the merge patch's.
  return map as StringMap | undefined;
}

function refErrors(ref: SecretRef): FieldError[] {
  const places = [
    { pointer: '/namespace', reason: namespaceReason(ref.namespace) },
    { pointer: '/name', reason: ref.name === '' ? 'is required' : secretNameReason(ref.name) },
  ];
  return places.flatMap(({ pointer, reason }) =>
    reason === undefined ? [] : [{ pointer, reason }],
  );
}
