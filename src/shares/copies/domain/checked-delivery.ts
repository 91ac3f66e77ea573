import type { CheckedWrite } from '../../../secrets/domain/check-write.js';
import { changedKeys, keyChanges } from '../../../secrets/domain/key-changes.js';
import type { SecretData, SecretRef } from '../../../secrets/domain/secret.js';
import type { CopyTarget } from './copy-target.js';

/** Keys that a delivery writes to its target. */
export interface DeliveredFields {
  /** State that is changed; undefined: the Secret is created. */
  readonly before: CopyTarget | undefined;
  readonly data: SecretData;
}

/** Returns a delivery as its check sees it: the whole target before and after it. */
export function checkedDelivery(
  { namespace, name, type }: SecretRef & { readonly type: string },
  { before, data }: DeliveredFields,
): CheckedWrite {
  const { labels = {}, annotations = {} } = before ?? {};
  const caller = { work: 'copies', namespace } as const;
  const place = { namespace, name, type, labels, annotations };
  const after = { ...place, data: before === undefined ? data : dataAfter(before, data) };
  if (before === undefined) return { before, after, touched: 'all', isDryRun: false, caller };
  const touched = changedKeys(keyChanges(before.data, after.data));
  return { before: { namespace, type, labels }, after, touched, isDryRun: false, caller };
}

/** Returns all keys after a server-side apply, which removes what the import does not name. */
function dataAfter({ data: former, owned, ofOthers }: CopyTarget, data: SecretData): SecretData {
  const kept = [...former].filter(([key]) => !owned.has(key) || ofOthers.has(key));
  return new Map([...kept, ...data]);
}
