import { SallyportError, withSchema } from '../../core/errors/sallyport-error.js';
import type { StoredSecret } from '../../secrets/domain/secret.js';
import { generatedKeyNames } from '../domain/generated/generated-keys.js';
import { managedElsewhere } from '../domain/managed-elsewhere.js';
import { bodyOf } from '../domain/rotation-policy.js';
import { usernameKeyOf } from '../domain/rotation-spec.js';
import { RunStopped } from '../domain/run-stopped.js';
import type { RunValues } from '../domain/rotation.store.js';
import type { PublishedValues } from './broker-secrets.js';
import type { StepCall, StepDependencies, StepResult } from './step-dependencies.js';

/**
 * Creates the new values. The next step is the first that the target receives, so whatever happens
 * there, these are the values in use.
 */
export async function createStep(parts: StepDependencies, call: StepCall): Promise<StepResult> {
  const { run, spec, ctx, known } = call;
  if (known === undefined) throw new RunStopped('PolicyGone', 'the SecretRotation is gone');
  await parts.authors.requireRights(known, spec);
  const keys = generatedKeyNames(spec.generate);
  const secret = await parts.secrets.read(ctx, run, keys);
  refuseUnfit(secret, spec);
  const target = await parts.openTarget(call);
  const users = target.choose(secret.data);
  const pending = await parts.generate(call, secret.data, users?.pending);
  const user = { key: usernameKeyOf(spec.target), name: users?.pending ?? null };
  await refuseBroken(parts, secret, { pending, user });
  const former = keys.flatMap((key) => {
    const value = secret.data.get(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  const values: RunValues = {
    body: bodyOf(known.policy),
    pending,
    former: new Map(former),
  };
  const hasTarget = spec.target.kind !== 'none';
  return {
    values,
    keys,
    change: {
      step: hasTarget ? 'set' : 'finish',
      attempts: 0,
      problem: null,
      fromVersion: await parts.versions.numberOf(secret),
      username: users?.pending ?? null,
      formerUsername: users?.former ?? null,
      stepStartedMs: parts.clock.nowMs(),
    },
  };
}

/** Refuses values that a schema refuses, before the target receives them. Throws RunStopped. */
async function refuseBroken(
  { secrets }: StepDependencies,
  secret: StoredSecret,
  values: PublishedValues,
): Promise<void> {
  try {
    await secrets.check(secret, values);
  } catch (error) {
    if (!(error instanceof SallyportError) || error.code !== 'Invalid') throw error;
    const [first = { pointer: '', reason: 'breaks a rule' }] = error.errors;
    const message = `a schema refuses the new values: ${first.pointer} ${withSchema(first)}`;
    throw new RunStopped('SchemaRefused', message);
  }
}

/** Refuses Secrets in which nothing can be rotated. Throws RunStopped. */
export function refuseUnfit(
  secret: StoredSecret,
  { takeOwnership }: { readonly takeOwnership: boolean },
): void {
  if (secret.isBeingDeleted) throw new RunStopped('SecretMissing', 'the Secret is being deleted');
  if (secret.immutable) throw new RunStopped('SecretImmutable', 'the Secret is immutable');
  const owner = takeOwnership ? undefined : managedElsewhere(secret);
  if (owner === undefined) return;
  const message = `the Secret is managed by ${owner}; takeOwnership rotates it all the same`;
  throw new RunStopped('ManagedElsewhere', message);
}
