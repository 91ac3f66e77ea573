import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { SecretValue } from '../../core/secret-value.js';
import { keyChanges } from '../domain/key-changes.js';
import { failedMatch, refuseFailedMatch } from '../domain/read-preconditions.js';
import type { SecretData, SecretRef, StoredSecret } from '../domain/secret.js';
import { refuseClusterCredentials } from '../domain/secret-types.js';
import { refuseTooLarge } from '../domain/value-map.js';
import { lineEndWarnings } from '../domain/warnings.js';
import { keyNotFound } from '../secret-reads.js';
import { sendPatch, withResourceVersion } from './patch-secret.js';
import {
  type WriteCall,
  type WriteResult,
  readBefore,
  refuseUnconditional,
  resultOf,
  secretRequest,
  visibleChanges,
} from './write-call.js';

/** PUT of one key: creates or replaces it, never the Secret. */
export async function putKey(
  call: WriteCall,
  ref: SecretRef,
  key: string,
  value: SecretValue,
): Promise<WriteResult> {
  const before = await authorisedBefore(call, ref, key);
  if (call.afterUnknown && before.data.get(key)?.equals(value)) {
    return resultOf(call, before, { created: false, changes: null, warnings: [] });
  }
  refuseFailedMatch(before, call.options);
  if (call.options.ifNoneMatch !== undefined && before.data.has(key)) throw keyExists(ref, key);
  const after = new Map(before.data).set(key, value);
  refuseTooLarge(after.values());
  const created = !before.data.has(key);
  const data = { [key]: value.revealBase64() };
  const result = await change(call, { before, after, data }, created);
  call.draft.code = created ? 201 : 200;
  return { ...result, warnings: lineEndWarnings(new Map([[key, value]])) };
}

/** DELETE of one key; 404 where it is absent. */
export async function deleteKey(
  call: WriteCall,
  ref: SecretRef,
  key: string,
): Promise<WriteResult> {
  const before = await authorisedBefore(call, ref, key);
  if (!before.data.has(key)) {
    if (!call.afterUnknown) throw keyNotFound(ref, key);
    return resultOf(call, before, { created: false, changes: null, warnings: [] });
  }
  const after = new Map(before.data);
  after.delete(key);
  return change(call, { before, after, data: { [key]: null } }, false);
}

/** The state before, shown to nobody who may not patch. */
async function authorisedBefore(
  call: WriteCall,
  ref: SecretRef,
  key: string,
): Promise<StoredSecret> {
  call.served.requireReachable(ref.namespace);
  call.draft.keys = [key];
  await call.access.require(call.ctx, secretRequest('patch', ref));
  const before = await readBefore(call, ref);
  if (!call.afterUnknown) refuseFailedMatch(before, call.options);
  if (!before) throw new SallyportError('NotFound', `secrets "${ref.name}" not found`);
  refuseUnconditional(before, call.options.ifMatch !== undefined);
  refuseClusterCredentials(before.type, call.rules);
  return before;
}

interface KeyChange {
  readonly before: StoredSecret;
  readonly after: SecretData;
  /** The entry as the merge patch has it: a computed name, so `__proto__` is a key as well. */
  readonly data: Readonly<Record<string, string | null>>;
}

async function change(
  call: WriteCall,
  { before, after, data }: KeyChange,
  created: boolean,
): Promise<WriteResult> {
  const { ifMatch, ifNoneMatch } = call.options;
  const merge = { kind: 'merge', document: { data } } as const;
  const isConditional = ifMatch !== undefined || ifNoneMatch !== undefined;
  const patch = isConditional ? withResourceVersion(merge, before.resourceVersion) : merge;
  const secret = await sendPatch(call, before, patch).catch((error: unknown) => {
    const raced = error instanceof SallyportError && error.code === 'Conflict';
    throw raced && ifNoneMatch !== undefined ? failedMatch() : error;
  });
  const changes = keyChanges(before.data, after);
  return resultOf(call, secret, {
    created,
    changes: await visibleChanges(call, before, changes),
    warnings: [],
  });
}

function keyExists(ref: SecretRef, key: string): SallyportError {
  const text = `key "${key}" of secrets "${ref.name}" already exists`;
  return new SallyportError('AlreadyExists', text, { status: 412 });
}
