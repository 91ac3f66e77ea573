import { metadataOutOfScope, requireInScope } from '../../access/domain/scope-refusal.js';
import { secretRight } from '../../access/domain/secret-rights.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { planJsonPatch } from '../domain/json-patch.js';
import { type KeyChanges, keyChanges } from '../domain/key-changes.js';
import { planMergePatch } from '../domain/merge-patch.js';
import { failedMatch, refuseFailedMatch } from '../domain/read-preconditions.js';
import { refuseStalePreconditions } from '../domain/replace-plan.js';
import type { SecretData, SecretRef, StoredSecret } from '../domain/secret.js';
import type { Plane, Preconditions, SecretPatch } from '../domain/secret.store.js';
import { refuseClusterCredentials } from '../domain/secret-types.js';
import { lineEndWarnings } from '../domain/warnings.js';
import { checkedPatch, guardFailure, untilUnguarded } from './checked-patch.js';
import { type Written, sendOwn } from './own-write.js';
import { mayReadValues, refuseBlindWrite } from './value-access.js';
import { withResourceVersion } from './with-resource-version.js';
import {
  type WriteCall,
  type WriteOutcome,
  readBeforeIfAllowed,
  readBeforePatch,
  refuseUnconditional,
  resultOf,
  storeCall,
  visibleChanges,
  writeOutcome,
} from './write-call.js';

/** Plan of a patch of any kind. */
export interface PatchPlan {
  readonly patch: SecretPatch;
  readonly touched: readonly string[];
  /** Keys about whose values the patch would reveal facts. */
  readonly read: readonly string[];
  /** Keys whose stored values the patch brings under other keys. */
  readonly carried: readonly string[];
  /** Whether the patch would reveal facts about labels or annotations. */
  readonly readsMetadata: boolean;
  readonly set: SecretData;
  readonly preconditions: Preconditions;
}

/** Plans a body by its media type; throws Invalid. */
export function planPatch(body: unknown, ref: SecretRef, isJsonPatch: boolean): PatchPlan {
  return isJsonPatch
    ? { ...planJsonPatch(body), preconditions: {} }
    : { ...planMergePatch(body, ref), read: [], carried: [], readsMetadata: false };
}

/** Serves PATCH: one upstream patch as the caller, who needs no `get`. */
export async function patchSecret(
  call: WriteCall,
  ref: SecretRef,
  plan: PatchPlan,
): Promise<WriteOutcome> {
  call.served.requireReachable(ref.namespace);
  // A caller who may not patch must not learn about the Secret, nor make the broker work.
  await call.access.require(call.ctx, secretRight('patch', ref));
  const refusal = plan.readsMetadata ? metadataOutOfScope(call.ctx, ref) : undefined;
  if (refusal) throw refusal;
  if (plan.read.length > 0) await requireRead(call, ref, plan.read);
  return untilUnguarded((attempt) => patchOnce(call, ref, plan, attempt));
}

async function patchOnce(
  call: WriteCall,
  ref: SecretRef,
  plan: PatchPlan,
  attempt: number,
): Promise<WriteOutcome> {
  const before = await (attempt === 0
    ? readBeforePatch(call, ref, plan.preconditions)
    : readBeforeIfAllowed(call, ref));
  const conditionalPatch = conditional(call, plan, before);
  await refuseBlindWrite(call, ref, before, { keys: plan.touched });
  const checked = await checkedPatch(call, {
    ref,
    before,
    patch: conditionalPatch,
    touched: plan.touched,
    carriesValues: plan.carried.length > 0,
    as: 'caller',
    mayRead: () => mayReadValues(call, ref),
  });
  const { secret, version } = await sendPatch(call, { ref, before, patch: checked.patch }).catch(
    (error: unknown) => {
      throw guardFailure(error, checked);
    },
  );
  const rest = {
    created: false,
    changes: await visibleChanges(call, ref, changesSince(before, secret)),
    warnings: [...lineEndWarnings(plan.set), ...checked.warnings],
    namingWarnings: checked.namingWarnings,
  };
  return writeOutcome(resultOf(call, secret, rest, version), { version: version?.version });
}

/** Requires the right to read, because a patch that reveals facts about values is like a read. */
async function requireRead(
  call: WriteCall,
  ref: SecretRef,
  keys: readonly string[],
): Promise<void> {
  const { namespace, name: secret } = ref;
  requireInScope(call.ctx, { action: 'secrets.reveal', namespace, secret, keys, keysOnly: true });
  await call.access.require(call.ctx, secretRight('get', ref));
}

/** Patch, and the known facts about its state. */
interface SentPatch {
  readonly ref: SecretRef;
  readonly before: StoredSecret | undefined;
  readonly patch: SecretPatch;
}

/** Sends a patch; a changed state under `If-Match` is 412, a foreign uid in the body 409. */
export async function sendPatch(
  call: WriteCall,
  { ref, before, patch }: SentPatch,
  as: Plane = 'caller',
): Promise<Written> {
  try {
    return await sendOwn(call, ref, before, () =>
      call.store.patch(storeCall(call, as), ref, patch, call.options),
    );
  } catch (error) {
    if (!(error instanceof SallyportError)) throw error;
    if (error.errors.some(({ pointer }) => pointer === '/metadata/uid')) {
      // Kubernetes calls it invalid in a patch (422), a conflict in an update.
      throw otherState('/uid', error);
    }
    const conflict = error.code === 'Conflict' && call.options.ifMatch !== undefined;
    throw conflict ? failedMatch() : error;
  }
}

/** Returns the error for a member of the body that names another state than the stored one. */
function otherState(pointer: string, cause?: SallyportError): SallyportError {
  const errors = [{ pointer, reason: 'is not that of the stored Secret' }];
  const text = 'the Secret has changed; read it again';
  return new SallyportError('Conflict', text, { status: 409, errors, cause });
}

/**
 * Refuses a resourceVersion that is no state. Kubernetes takes 0 for no precondition, and fails at
 * what is no number.
 */
function refuseUnknownState({ resourceVersion }: Preconditions): void {
  if (resourceVersion === undefined || /^[1-9]\d{0,19}$/.test(resourceVersion)) return;
  throw otherState('/resourceVersion');
}

/** Returns the patch with the caller's conditions on the current state as its preconditions. */
function conditional(
  call: WriteCall,
  plan: PatchPlan,
  before: StoredSecret | undefined,
): SecretPatch {
  const { ifMatch } = call.options;
  refuseUnknownState(plan.preconditions);
  const stated = ifMatch !== undefined || Object.keys(plan.preconditions).length > 0;
  if (before) {
    const { resourceVersion } = plan.preconditions;
    // The check would be of another state.
    if (resourceVersion !== undefined) refuseStalePreconditions(before, { resourceVersion });
    refuseUnconditional(before, stated);
    refuseClusterCredentials(before.type, call.rules);
  }
  refuseFailedMatch(before, call.options);
  return before && ifMatch !== undefined
    ? withResourceVersion(plan.patch, before.resourceVersion)
    : plan.patch;
}

function changesSince(before: StoredSecret | undefined, after: StoredSecret): KeyChanges | null {
  return before ? keyChanges(before.data, after.data) : null;
}
