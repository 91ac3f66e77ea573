import { SecretValue } from '../../core/secret-value.js';
import type { CheckedSecret } from './secret-checks.js';
import type { SecretPatch } from './secret.store.js';
import type { StringMap } from './secret.js';
import { isRecord } from './body-members.js';

type MergePatch = Extract<SecretPatch, { readonly kind: 'merge' }>;

/**
 * Returns the state after a merge patch that the gateway planned (RFC 7396): keys with base64, and
 * labels and annotations; null removes.
 */
export function patchedSecret(before: CheckedSecret, { document }: MergePatch): CheckedSecret {
  const { namespace, name, type } = before;
  const metadata = membersOf(document['metadata']);
  const data = new Map(before.data);
  for (const [key, value] of Object.entries(membersOf(document['data']))) {
    const decoded = typeof value === 'string' ? SecretValue.fromBase64(value) : undefined;
    if (decoded === undefined) data.delete(key);
    else data.set(key, decoded);
  }
  return {
    namespace,
    name,
    type,
    labels: merged(before.labels, membersOf(metadata['labels'])),
    annotations: merged(before.annotations, membersOf(metadata['annotations'])),
    data,
  };
}

/**
 * Reports whether a patch may change which schemas apply: it writes labels, or a part of the Secret
 * that includes labels.
 */
export function mayWriteLabels(patch: SecretPatch): boolean {
  if (patch.kind === 'merge') return membersOf(patch.document['metadata'])['labels'] !== undefined;
  return patch.operations.some((operation) => {
    const { path } = membersOf(operation);
    return typeof path !== 'string' || /^(?:\/metadata)?(?:\/labels(?:\/|$)|$)/.test(path);
  });
}

function merged(before: StringMap, patch: Readonly<Record<string, unknown>>): StringMap {
  const entries = Object.entries({ ...before, ...patch });
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
