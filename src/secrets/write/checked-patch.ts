import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { checkWrite } from '../domain/check-write.js';
import { changedKeys, keyChanges } from '../domain/key-changes.js';
import { namingWarnings } from '../domain/naming-warnings.js';
import { mayWriteLabels, patchedSecret } from '../domain/patched-secret.js';
import type { CheckedSecret, CheckSubject } from '../domain/secret-checks.js';
import type { SecretRef, StoredSecret } from '../domain/secret.js';
import type { Plane, SecretPatch } from '../domain/secret.store.js';
import { withResourceVersion } from './with-resource-version.js';
import { type WriteCall, storeCall } from './write-call.js';

/** Patch that is about to be sent. */
export interface PatchToCheck {
  readonly ref: SecretRef;
  readonly before: StoredSecret | undefined;
  readonly patch: SecretPatch;
  readonly touched: readonly string[];
  /** Whether the patch brings a stored value under another key. */
  readonly carriesValues?: boolean;
  readonly as: Plane;
  /** Reports whether the caller may read the whole Secret. */
  readonly mayRead: () => Promise<boolean>;
}

/** Patch that passed, with its warnings. */
export interface CheckedPatch {
  readonly patch: SecretPatch;
  readonly warnings: readonly string[];
  /** Warnings that quote the label of the Secret, for callers who may see its metadata. */
  readonly namingWarnings: readonly string[];
  /** Whether the patch is now for one state, which the caller did not name. */
  readonly isGuarded: boolean;
}

/**
 * Checks the state after a patch. If a schema applies, or could, the patch becomes one for the
 * checked state, so that no other write comes between. Throws Invalid, and what a dry run throws.
 */
export async function checkedPatch(call: WriteCall, toCheck: PatchToCheck): Promise<CheckedPatch> {
  const { before, patch } = toCheck;
  const { checks } = call;
  await checks.loaded();
  const isFree = before && !mayWriteLabels(patch) && checks.schemasOf(before).size === 0;
  if (isFree) return unchecked(call, patch, before);
  if (before && patch.kind === 'merge') {
    const after = patchedSecret(before, patch);
    const { resourceVersion } = before;
    return checked(call, toCheck, { ...after, resourceVersion });
  }
  const as = storeCall(call, toCheck.as);
  return checked(call, toCheck, await call.store.patch(as, toCheck.ref, patch, { dryRun: true }));
}

async function checked(
  call: WriteCall,
  toCheck: PatchToCheck,
  after: CheckedSecret & Pick<StoredSecret, 'resourceVersion'>,
): Promise<CheckedPatch> {
  const { checks, options } = call;
  const { before, patch, mayRead } = toCheck;
  if (checks.schemasOf(after).size === 0) return unchecked(call, patch, after);
  const named = new Set(toCheck.touched);
  const isReader = await mayRead();
  const warnings = await checkWrite(checks, {
    before,
    after,
    touched: before && isReader ? changedKeys(keyChanges(before.data, after.data)) : named,
    blind: isReader ? undefined : named,
    carriesValues: toCheck.carriesValues === true,
    isDryRun: options.dryRun,
    caller: call.ctx,
  });
  const sent = guarded(call, patch, after.resourceVersion);
  return { ...sent, warnings, namingWarnings: namingWarnings(checks, after) };
}

/**
 * Returns the patch of a Secret without a schema. If the cluster has SecretSchemas, the patch is
 * guarded, so that no label comes between. Otherwise it is sent as it is, and cannot conflict.
 */
function unchecked(
  call: WriteCall,
  patch: SecretPatch,
  after: CheckSubject & Pick<StoredSecret, 'resourceVersion'>,
): CheckedPatch {
  const { checks } = call;
  const sent = checks.hasOwnSchemas
    ? guarded(call, patch, after.resourceVersion)
    : { patch, isGuarded: false };
  return { ...sent, warnings: [], namingWarnings: namingWarnings(checks, after) };
}

/** Makes the patch one for the state that was checked, unless it is for one state already. */
function guarded(
  { options }: WriteCall,
  patch: SecretPatch,
  resourceVersion: string,
): Pick<CheckedPatch, 'patch' | 'isGuarded'> {
  const isStated = options.ifMatch !== undefined || options.dryRun || isOfState(patch);
  if (isStated) return { patch, isGuarded: false };
  return { patch: withResourceVersion(patch, resourceVersion), isGuarded: true };
}

/** Reports whether the patch is for one state already. */
function isOfState(patch: SecretPatch): boolean {
  return (
    patch.kind === 'merge' &&
    Object.hasOwn(Object(patch.document['metadata']) as object, 'resourceVersion')
  );
}

/**
 * Repeats a write whose guard failed: another client wrote after the check. `write` reads the state
 * again each time.
 */
export async function untilUnguarded<T>(write: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await write(attempt);
    } catch (error) {
      if (!(error instanceof GuardFailed)) throw error;
      if (attempt >= limits.guardedRetriesMax) throw error.seen;
      // At random: writes of one Secret that came together do not meet again.
      await pause(randomInt(Math.min(limits.guardedPauseMs << attempt, limits.guardedPauseMsMax)));
    }
  }
}

/** Turns the conflict of a guarded patch into GuardFailed. */
export function guardFailure(
  error: unknown,
  { isGuarded }: Pick<CheckedPatch, 'isGuarded'>,
): unknown {
  const isConflict = error instanceof SallyportError && error.code === 'Conflict';
  return isGuarded && isConflict ? new GuardFailed(error) : error;
}

class GuardFailed extends Error {
  readonly seen: SallyportError;

  constructor(seen: SallyportError) {
    super('the Secret changed after its check');
    this.seen = seen;
  }
}
