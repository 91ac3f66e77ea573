import { invalidAt, SallyportError } from '../../core/errors/sallyport-error.js';
import { checkWrite, type TouchedKeys } from '../domain/check-write.js';
import { changedKeys } from '../domain/key-changes.js';
import { namingWarnings } from '../domain/naming-warnings.js';
import type { ValueAccess, WritePlan } from '../domain/replace-plan.js';
import type { StoredSecret } from '../domain/secret.js';
import type { WriteCall } from './write-call.js';

/**
 * Checks the state after a restore; returns its warnings. Throws Invalid. A caller who may not read
 * the values learns of no warning, and of a refusal not which rule is broken.
 */
export async function checkRestore(
  { ctx, checks, options }: Pick<WriteCall, 'ctx' | 'checks' | 'options'>,
  before: StoredSecret | undefined,
  { plan, content }: { readonly plan: WritePlan; readonly content: ValueAccess },
): Promise<readonly string[]> {
  const hidesWarnings = !content.mayReadValues;
  const isCompared = before !== undefined && content.mayReadValues;
  const touched: TouchedKeys = isCompared ? changedKeys(plan.changes) : 'all';
  const { dryRun: isDryRun } = options;
  try {
    const write = { before, after: plan.manifest, touched, isDryRun, hidesWarnings, caller: ctx };
    const warnings = await checkWrite(checks, write);
    return hidesWarnings ? [] : [...namingWarnings(checks, plan.manifest), ...warnings];
  } catch (error) {
    const isRefusal = error instanceof SallyportError && error.code === 'Invalid';
    if (!isRefusal || content.mayReadValues) throw error;
    throw invalidAt('/version', 'the version breaks a rule of a schema');
  }
}
