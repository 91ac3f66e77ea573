import { isRecord } from '../../../secrets/domain/body-members.js';
import type { SecretRef } from '../../../secrets/domain/secret.js';
import type { ForwardedRequest } from './forwarded.js';
import { membersOf } from './lenient-json.js';
import { listOf, objectOf } from './shown-secrets.js';

/** What is known of a Secret after a write: the version that it has then, or that it is gone. */
export type WrittenSecret = { readonly ref: SecretRef } & (
  | { readonly kind: 'wrote'; readonly resourceVersion: string }
  | { readonly kind: 'removed'; readonly uid: string | undefined }
);

type Written = Pick<ForwardedRequest, 'verb' | 'namespace' | 'name'>;

/**
 * What the answer to a write says of the Secrets that it was about, in whichever form it came;
 * what says nothing certain of one is left out.
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

/** `isBefore`: it is answered as it was, and is gone unless finalizers hold it. */
function written(object: unknown, isBefore: boolean): WrittenSecret | undefined {
  const metadata = membersOf(membersOf(object).metadata);
  const namespace = text(metadata, 'namespace');
  const name = text(metadata, 'name');
  if (namespace === undefined || name === undefined) return undefined;
  const ref = { namespace, name };
  const { deletionTimestamp, finalizers } = metadata;
  const isHeld = Array.isArray(finalizers) && finalizers.length > 0;
  // Also an update ends a deletion, by taking away the last finalizer.
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
