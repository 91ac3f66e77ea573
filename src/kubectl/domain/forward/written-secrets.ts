import { isRecord, membersOf } from '../../../secrets/domain/body-members.js';
import type { SecretRef } from '../../../secrets/domain/secret.js';
import type { ForwardedRequest } from './forwarded.js';
import { listOf, objectOf } from './shown-secrets.js';

/** Outcome of a write for a Secret: its new version, or its removal. */
export type WrittenSecret = { readonly ref: SecretRef } & (
  | { readonly kind: 'wrote'; readonly resourceVersion: string }
  | { readonly kind: 'removed'; readonly uid: string | undefined }
);

type Written = Pick<ForwardedRequest, 'verb' | 'namespace' | 'name'>;

/**
 * Returns the certain facts about written Secrets in the answer to a write, in any form. Leaves out
 * Secrets without a certain fact.
 */
export function writtenSecrets(
  { verb, namespace, name }: Written,
  document: unknown,
): readonly WrittenSecret[] {
  if (!isRecord(document)) return [];
  if (document.kind === 'Status') {
    if (verb !== 'delete') return [];
    return [{ kind: 'removed', ref: { namespace, name }, uid: text(document, 'details', 'uid') }];
  }
  const objects = listOf(document)?.elements.map(objectOf) ?? [document];
  const isBefore = verb === 'deletecollection';
  return objects.flatMap((object) => written(object, isBefore) ?? []);
}

/** Returns the outcome; `isBefore`: the answer has the last state of a deleted object. */
function written(object: unknown, isBefore: boolean): WrittenSecret | undefined {
  const metadata = membersOf(membersOf(object).metadata);
  const namespace = text(metadata, 'namespace');
  const name = text(metadata, 'name');
  if (namespace === undefined || name === undefined) return undefined;
  const ref = { namespace, name };
  const { deletionTimestamp, finalizers } = metadata;
  const isHeld = Array.isArray(finalizers) && finalizers.length > 0;
  // An update also ends a deletion, if it removes the last finalizer.
  if (!isHeld && (isBefore || deletionTimestamp !== undefined)) {
    return { kind: 'removed', ref, uid: text(metadata, 'uid') };
  }
  const resourceVersion = text(metadata, 'resourceVersion');
  if (isBefore || resourceVersion === undefined) return undefined;
  return { kind: 'wrote', ref, resourceVersion };
}

function text(value: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce((object: unknown, name) => membersOf(object)[name], value);
  return typeof found === 'string' && found !== '' ? found : undefined;
}
