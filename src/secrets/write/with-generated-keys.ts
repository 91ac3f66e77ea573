import { requireInScope } from '../../access/domain/scope-refusal.js';
import { secretRight } from '../../access/domain/secret-rights.js';
import { type CompletedPlan, completedPlan, missingKeys } from '../domain/generated-keys.js';
import type { WritePlan } from '../domain/replace-plan.js';
import type { WriteCall } from './write-call.js';

/**
 * Returns the plan of a creation with a new value for each key that a schema generates and the
 * request lacks. Throws Forbidden as for a request that names these keys, Invalid and TooLarge.
 */
export async function withGeneratedKeys(call: WriteCall, plan: WritePlan): Promise<CompletedPlan> {
  const { checks, access, ctx, trace } = call;
  const { namespace, name, data } = plan.manifest;
  await checks.loaded();
  const makers = checks.makers(plan.manifest);
  const generatedKeys = missingKeys(makers, data);
  if (generatedKeys.length === 0) return { ...plan, generatedKeys };
  const keys = [...data.keys(), ...generatedKeys].toSorted();
  requireInScope(ctx, { action: 'secrets.create', namespace, secret: name, keys });
  await access.require(ctx, secretRight('create', { namespace, name: '' }));
  trace.note({ keys });
  return completedPlan(plan, makers);
}
