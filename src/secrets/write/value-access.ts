import { outOfScope } from '../../access/domain/scope-refusal.js';
import { type Rights, secretRight } from '../../access/domain/secret-rights.js';
import { invalid } from '../../core/errors/sallyport-error.js';
import { immutableValueErrors } from '../domain/replace-plan.js';
import type { SecretRef, StoredSecret } from '../domain/secret.js';
import { type WriteCall, storeCall } from './write-call.js';

/**
 * Reports whether the caller may read the values that a write replaces; `keys` if it reads no
 * others. If not, calls and response of the write must be equal for a right and a wrong guess.
 */
export async function mayReadValues(
  { access, ctx }: WriteCall,
  ref: SecretRef,
  keys?: readonly string[],
  rights: Rights = [secretRight('get', ref)],
): Promise<boolean> {
  const { namespace, name: secret } = ref;
  const reach = keys === undefined ? {} : { keys, keysOnly: true as const };
  if (outOfScope(ctx, { action: 'secrets.reveal', namespace, secret, ...reach })) return false;
  for (const right of rights) {
    if ((await access.decide(ctx, right)).allowed) return true;
  }
  return false;
}

/**
 * Throws Invalid for a write to immutable values by a caller who may not read them. The API server
 * accepts such a write if it repeats the stored values, and refuses it otherwise.
 */
export async function refuseBlindWrite(
  call: WriteCall,
  ref: SecretRef,
  before: StoredSecret | undefined,
  { keys, rights }: { readonly keys: readonly string[]; readonly rights?: Rights },
): Promise<void> {
  if (keys.length === 0 || before?.immutable === false) return;
  if (await mayReadValues(call, ref, keys, rights)) return;
  if (before?.immutable ?? (await isImmutable(call, ref))) throw invalid(immutableValueErrors());
}

/** Checks by an empty dry-run patch, which needs no right to read. */
async function isImmutable(call: WriteCall, ref: SecretRef): Promise<boolean> {
  const nothing = { kind: 'merge', document: {} } as const;
  const as = storeCall(call, 'caller');
  return (await call.store.patch(as, ref, nothing, { dryRun: true })).immutable;
}
