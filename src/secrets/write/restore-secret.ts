import { metadataRights } from '../../access/domain/secret-rights.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { changedKeys } from '../domain/key-changes.js';
import type { PastContent, PastState } from '../domain/past-secrets.js';
import type { ValueAccess, WritePlan } from '../domain/replace-plan.js';
import { planRestore } from '../domain/restore-plan.js';
import type { SecretRef, StoredSecret } from '../domain/secret.js';
import { checkRestore } from './check-restore.js';
import { type Written, sendOwn, versionFound, versionOf } from './own-write.js';
import { mayReadValues } from './value-access.js';
import {
  type WriteCall,
  type WriteOutcome,
  type WriteResult,
  mayAfterwards,
  readBefore,
  refuseUnconditional,
  resultOf,
  storeCall,
  visibleChanges,
  writeOutcome,
} from './write-call.js';

/**
 * Restores a past state, by the broker: the right to restore suffices and implies no right to read.
 * Recreates a deleted Secret; writes nothing if nothing differs.
 */
export async function restoreSecret(
  call: WriteCall,
  ref: SecretRef,
  past: PastState,
): Promise<WriteOutcome> {
  call.served.requireReachable(ref.namespace);
  await past.authorise(call.access, call.ctx);
  call.served.requireServed(ref.namespace);
  const opened = await past.open(call.access, call.ctx, call.trace);
  const content = { ...opened, mayReadValues: await mayReadValues(call, ref) };
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await restoreOnce(call, ref, { past, content });
    } catch (error) {
      if (!(error instanceof Race)) throw error;
      // Check a precondition again with the state that is read again.
      if (attempt >= limits.replaceRetriesMax) throw error.seen;
    }
  }
}

async function restoreOnce(
  call: WriteCall,
  ref: SecretRef,
  { past, content }: { readonly past: PastState; readonly content: PastContent & ValueAccess },
): Promise<WriteOutcome> {
  const before = await readBefore(call, ref);
  if (before?.isBeingDeleted) throw isBeingDeleted(ref);
  const mayCompare = content.mayReadValues || before?.immutable === false;
  const isRepetition =
    call.afterUnknown && before && mayCompare && isAlreadySo(ref, before, content);
  if (!isRepetition) {
    await past.requireCurrent(before);
    if (before) refuseUnconditional(before, past.isConditional);
  }
  const plan = planRestore(ref, before, content);
  const warnings = plan.unchanged ? [] : await checkRestore(call, before, { plan, content });
  const origin = { door: 'restore', restoredFrom: content.version } as const;
  const { secret, version } = await written({ ...call, origin }, before, plan);
  const created = plan.kind === 'create';
  const changes = await visibleChanges(call, ref, plan.changes);
  const result = resultOf(call, secret, { created, changes, warnings }, version);
  const found = { version: content.version, keys: touched(plan) };
  return writeOutcome(await shown(call, result), found);
}

/** Reveals no more than the version in the response of a restore. */
function isAlreadySo(ref: SecretRef, before: StoredSecret, content: PastContent): boolean {
  return planRestore(ref, before, { ...content, mayReadValues: true }).unchanged;
}

async function written(
  call: WriteCall,
  before: StoredSecret | undefined,
  plan: WritePlan,
): Promise<Written> {
  const as = storeCall(call, 'broker');
  if (plan.unchanged && before) {
    const known = call.afterUnknown ? versionFound(call, before) : versionOf(call, before);
    return { secret: before, version: await known };
  }
  const { manifest } = plan;
  try {
    return await sendOwn(call, manifest, before, () =>
      plan.kind === 'create'
        ? call.store.create(as, manifest, call.options)
        : call.store.update(as, manifest, call.options),
    );
  } catch (error) {
    throw isRace(error) ? new Race(error) : error;
  }
}

/** Returns only the current version number to callers who may restore but not read. */
async function shown(call: WriteCall, result: WriteResult): Promise<WriteResult> {
  const { secret } = result;
  if (!secret || (await mayAfterwards(call, metadataRights(result)))) return result;
  const { version } = secret;
  return { ...result, secret: null, ...(version === null ? {} : { version }) };
}

function touched({ changes }: WritePlan): readonly string[] {
  return [...changedKeys(changes)].toSorted();
}

/** Returns 409: a write now would be lost with the object. */
function isBeingDeleted({ name }: SecretRef): SallyportError {
  const detail = `secrets "${name}" is being deleted: restore it once it is gone`;
  return new SallyportError('Conflict', detail, { status: 409 });
}

/** Another client wrote, created or deleted it between the read and the write. */
class Race extends Error {
  readonly seen: SallyportError;

  constructor(seen: SallyportError) {
    super('the Secret changed meanwhile');
    this.seen = seen;
  }
}

function isRace(error: unknown): error is SallyportError {
  if (!(error instanceof SallyportError)) return false;
  return ['Conflict', 'AlreadyExists', 'NotFound'].includes(error.code);
}
