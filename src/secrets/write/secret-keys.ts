import {
  metadataRights,
  readKeyRights,
  writeKeyRights,
} from '../../access/domain/secret-rights.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { SecretValue } from '../../core/secret-value.js';
import { keyChanges } from '../domain/key-changes.js';
import { failedMatch, refuseFailedMatch } from '../domain/read-preconditions.js';
import { keyNotFound } from '../domain/representations.js';
import type { SecretData, SecretRef, StoredSecret } from '../domain/secret.js';
import type { Plane } from '../domain/secret.store.js';
import { refuseClusterCredentials } from '../domain/secret-types.js';
import { refuseTooLarge } from '../domain/value-map.js';
import { lineEndWarnings } from '../domain/warnings.js';
import { planeFor } from '../read/plane-for.js';
import { versionFound } from './own-write.js';
import { checkedPatch, guardFailure, untilUnguarded } from './checked-patch.js';
import { sendPatch } from './patch-secret.js';
import { mayReadValues, refuseBlindWrite } from './value-access.js';
import { withResourceVersion } from './with-resource-version.js';
import {
  type WriteCall,
  type WriteOutcome,
  type WriteResult,
  mayAfterwards,
  readBefore,
  refuseUnconditional,
  resultOf,
  visibleChanges,
  writeOutcome,
} from './write-call.js';

/** Serves PUT of one key: creates or replaces it, never the Secret. */
export function putKey(
  call: WriteCall,
  ref: SecretRef,
  key: string,
  value: SecretValue,
): Promise<WriteOutcome> {
  return untilUnguarded(() => putKeyOnce(call, ref, key, value));
}

async function putKeyOnce(
  call: WriteCall,
  ref: SecretRef,
  key: string,
  value: SecretValue,
): Promise<WriteOutcome> {
  const { as, before } = await authorisedBefore(call, ref, key, 'update');
  const readRights = readKeyRights(ref, key);
  const mayCompare = call.afterUnknown && (await mayReadValues(call, ref, [key], readRights));
  if (mayCompare && before.data.get(key)?.equals(value)) {
    return unchanged(call, key, as, before);
  }
  refuseFailedMatch(before, call.options);
  if (call.options.ifNoneMatch !== undefined && before.data.has(key)) throw keyExists(ref, key);
  await refuseBlindWrite(call, ref, before, { keys: [key], rights: readRights });
  const after = new Map(before.data).set(key, value);
  refuseTooLarge(after.values());
  const created = !before.data.has(key);
  const data = { [key]: value.revealBase64() };
  const warnings = lineEndWarnings(new Map([[key, value]]));
  return writeKey(call, { key, as, before, after, data, created, warnings });
}

/** Serves DELETE of one key; 404 if it is absent. */
export function deleteKey(call: WriteCall, ref: SecretRef, key: string): Promise<WriteOutcome> {
  return untilUnguarded(() => deleteKeyOnce(call, ref, key));
}

async function deleteKeyOnce(call: WriteCall, ref: SecretRef, key: string): Promise<WriteOutcome> {
  const { as, before } = await authorisedBefore(call, ref, key, 'delete');
  if (!before.data.has(key)) {
    if (!call.afterUnknown) throw keyNotFound(ref, key);
    return unchanged(call, key, as, before);
  }
  // Not checked above after an unknown outcome: the state may have been without the key.
  refuseFailedMatch(before, call.options);
  const after = new Map(before.data);
  after.delete(key);
  const data = { [key]: null };
  return writeKey(call, { key, as, before, after, data, created: false, warnings: [] });
}

const nothing = { created: false, changes: null, warnings: [] } as const;

/** Returns the outcome if an earlier attempt of this request took effect. */
export async function unchanged(
  call: WriteCall,
  key: string,
  as: Plane,
  before: StoredSecret,
): Promise<WriteOutcome> {
  const version = await versionFound(call, before);
  const result = await shownTo(call, key, resultOf(call, before, nothing, version), as);
  return writeOutcome(result, { version: version?.version });
}

/** Returns the state before, only for callers who may write the key, and the writing identity. */
export async function authorisedBefore(
  call: WriteCall,
  ref: SecretRef,
  key: string,
  verb: 'update' | 'delete',
): Promise<{ readonly as: Plane; readonly before: StoredSecret }> {
  const rights = writeKeyRights(verb, ref, key);
  const as = await planeFor(call, call.ctx, call.trace, rights);
  const before = await readBefore(call, ref);
  if (!call.afterUnknown) refuseFailedMatch(before, call.options);
  if (!before) throw new SallyportError('NotFound', `secrets "${ref.name}" not found`);
  refuseUnconditional(before, call.options.ifMatch !== undefined);
  refuseClusterCredentials(before.type, call.rules);
  return { as, before };
}

export interface KeyChange {
  readonly key: string;
  readonly as: Plane;
  readonly before: StoredSecret;
  readonly after: SecretData;
  /** The entry as the merge patch has it: a computed name, so `__proto__` is a key as well. */
  readonly data: Readonly<Record<string, string | null>>;
  readonly created: boolean;
  readonly warnings: readonly string[];
  /** The change was made from the state before, and is for no other one. */
  readonly isOfState?: true;
}

/** Writes a key, and returns the outcome. */
export async function writeKey(call: WriteCall, planned: KeyChange): Promise<WriteOutcome> {
  const { key, as, before, after, data, created, warnings } = planned;
  const { ifMatch, ifNoneMatch } = call.options;
  const merge = { kind: 'merge', document: { data } } as const;
  const isConditional =
    planned.isOfState === true || ifMatch !== undefined || ifNoneMatch !== undefined;
  const patch = isConditional ? withResourceVersion(merge, before.resourceVersion) : merge;
  const checked = await checkedPatch(call, {
    ref: before,
    before,
    patch,
    touched: [key],
    as,
    mayRead: () => mayReadValues(call, before),
  });
  const sent = { ref: before, before, patch: checked.patch };
  const { secret, version } = await sendPatch(call, sent, as).catch((error: unknown) => {
    const raced = error instanceof SallyportError && error.code === 'Conflict';
    const isKeyNew = ifNoneMatch !== undefined && planned.isOfState !== true;
    throw raced && isKeyNew ? failedMatch() : guardFailure(error, checked);
  });
  const changes = await visibleChanges(
    call,
    before,
    keyChanges(before.data, after),
    readKeyRights(before, key),
  );
  const { namingWarnings } = checked;
  const shown = { created, changes, warnings: [...warnings, ...checked.warnings], namingWarnings };
  const whole = resultOf(call, secret, shown, version);
  const result = await shownTo(call, key, whole, as);
  return writeOutcome(result, { version: version?.version });
}

/** Removes facts about the Secret for callers whose rights cover only the key. */
async function shownTo(
  call: WriteCall,
  key: string,
  result: WriteResult,
  as: Plane,
): Promise<WriteResult> {
  const { secret } = result;
  if (as === 'caller' || !secret || (await mayAfterwards(call, metadataRights(result)))) {
    return result;
  }
  const mayRead = await mayAfterwards(call, readKeyRights(result, key));
  const { uid, resourceVersion } = secret;
  return { ...result, secret: null, ...(mayRead && { state: { uid, resourceVersion } }) };
}

function keyExists(ref: SecretRef, key: string): SallyportError {
  const text = `key "${key}" of secrets "${ref.name}" already exists`;
  return new SallyportError('AlreadyExists', text, { status: 412 });
}
