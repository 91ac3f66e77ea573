import { secretRight } from '../../access/domain/secret-rights.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { checkWrite } from '../domain/check-write.js';
import { type CompletedPlan, isCreatedBy } from '../domain/generated-keys.js';
import { namingWarnings } from '../domain/naming-warnings.js';
import { planCreate } from '../domain/replace-plan.js';
import type { SecretManifest } from '../domain/secret.js';
import { lineEndWarnings } from '../domain/warnings.js';
import type { WriteInput } from '../domain/write-body.js';
import { type Written, sendOwn, versionFound } from './own-write.js';
import { mayReadValues } from './value-access.js';
import { withGeneratedKeys } from './with-generated-keys.js';
import {
  type WriteCall,
  type WriteOutcome,
  readBefore,
  resultOf,
  storeCall,
  visibleChanges,
  writeOutcome,
} from './write-call.js';

/** Serves POST: creates, never replaces. */
export async function createSecret(call: WriteCall, input: WriteInput): Promise<WriteOutcome> {
  call.served.requireReachable(input.namespace);
  const plan = await withGeneratedKeys(call, planCreate(input, call.rules));
  const warnings = await checkCreate(call, plan.manifest);
  const { secret, version } = await createOrFind(call, plan);
  const rest = {
    created: true,
    changes: await visibleChanges(call, input, plan.changes),
    generatedKeys: plan.generatedKeys,
    warnings: [...lineEndWarnings(input.data), ...warnings],
  };
  return writeOutcome(resultOf(call, secret, rest, version), { version: version?.version });
}

/** Checks only for callers who may create: a check costs more than a decision. */
async function checkCreate(call: WriteCall, after: SecretManifest): Promise<readonly string[]> {
  const { checks, access, ctx, options } = call;
  await checks.loaded();
  const ofLabel = namingWarnings(checks, after);
  if (checks.schemasOf(after).size === 0) return ofLabel;
  await access.require(ctx, secretRight('create', { namespace: after.namespace, name: '' }));
  const { dryRun: isDryRun } = options;
  const write = { before: undefined, after, touched: 'all', isDryRun, caller: ctx } as const;
  return [...ofLabel, ...(await checkWrite(checks, write))];
}

async function createOrFind(
  call: WriteCall,
  { manifest, generatedKeys }: CompletedPlan,
): Promise<Written> {
  try {
    return await sendOwn(call, manifest, undefined, () =>
      call.store.create(storeCall(call, 'caller'), manifest, call.options),
    );
  } catch (error) {
    const exists = error instanceof SallyportError && error.code === 'AlreadyExists';
    if (!exists || !call.afterUnknown || !(await mayReadValues(call, manifest))) throw error;
    // The API server checked the right to create before it found the existing name.
    const found = await readBefore(call, manifest);
    if (found && isCreatedBy(found, manifest, generatedKeys)) {
      return { secret: found, version: await versionFound(call, found) };
    }
    throw error;
  }
}
