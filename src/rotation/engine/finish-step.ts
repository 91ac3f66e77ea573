import type { Restarts } from '../../consumers/consumers.service.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { SecretData, StoredSecret } from '../../secrets/domain/secret.js';
import { holdsValues } from '../domain/holds-values.js';
import { usernameKeyOf } from '../domain/rotation-spec.js';
import type { RunChange } from '../domain/rotation-run.js';
import type { RunValues } from '../domain/rotation.store.js';
import { RunStopped } from '../domain/run-stopped.js';
import type { Published } from './broker-secrets.js';
import { refuseUnfit } from './create-step.js';
import { noTarget } from './rotation-target.js';
import type { StepCall, StepDependencies, StepResult } from './step-dependencies.js';
import { targetOf, valuesOf } from './target-steps.js';

/** Publishes the new values in one write, and restarts consumers that read them only once. */
export async function finishStep(parts: StepDependencies, call: StepCall): Promise<StepResult> {
  const { ctx, run, spec } = call;
  const values = await valuesOf(parts, call);
  const { pending } = values;
  const keys = [...pending.keys()];
  const secret = await parts.secrets.read(ctx, run, keys);
  const isPublished = holdsValues(secret.data, pending);
  // History may have recorded it meanwhile.
  const fromVersion =
    run.fromVersion ?? (isPublished ? null : await parts.versions.numberOf(secret));
  const published = isPublished
    ? { secret, version: await parts.versions.numberOf(secret) }
    : await publish(parts, call, { secret, values });
  const isServer = spec.target.kind !== 'none';
  const opened = isServer ? await targetOf(parts, call) : undefined;
  await opened?.target.finish(opened.targetCall);
  const waitingFor = await restart(parts, call);
  const { hasOverlap } = opened?.target ?? noTarget;
  const change = afterFinish(parts, call, { published, hasOverlap });
  return { keys, change: { ...change, fromVersion, waitingFor } };
}

async function publish(
  parts: StepDependencies,
  call: StepCall,
  { secret, values }: { readonly secret: StoredSecret; readonly values: RunValues },
): Promise<Published> {
  const { run, spec } = call;
  refuseUnfit(secret, spec);
  refuseEdited(secret.data, values);
  const user = { key: usernameKeyOf(spec.target), name: run.username };
  const { requireLease } = parts;
  return parts.secrets.publish({ ...call, requireLease }, secret, {
    pending: values.pending,
    user,
  });
}

function afterFinish(
  { clock }: StepDependencies,
  { run, spec }: StepCall,
  { published, hasOverlap }: { readonly published: Published; readonly hasOverlap: boolean },
): RunChange {
  const nowMs = clock.nowMs();
  const { version: toVersion, secret } = published;
  // The API server's own time of the write: younger Pods have the new values.
  const writtenMs = Date.parse(secret.writtenHereAt ?? '') || nowMs;
  return {
    step: 'retire',
    attempts: 0,
    problem: null,
    toVersion,
    stepStartedMs: Math.min(writtenMs, nowMs),
    retireAtMs: hasOverlap ? nowMs + run.retireAfterMs : nowMs,
    waitUntilMs: hasOverlap && spec.consumers.wait ? nowMs + spec.consumers.timeoutMs : nowMs,
  };
}

/** Restarts users of the old value; returns which restarts the cluster refused. */
async function restart(
  parts: StepDependencies,
  { ctx, run, spec, trace }: StepCall,
): Promise<string | null> {
  const { restart: which } = spec.consumers;
  if (which === 'none') return null;
  parts.requireLease();
  const refused = await refusedRestarts(() =>
    parts.consumers.restart({ ctx, trace }, run, which, run.id),
  );
  if (refused === undefined) return 'not restarted: the namespace has more than is looked at';
  const names = refused.map(({ kind, name }) => `${kind} ${name}`);
  return names.length === 0 ? null : `may not be restarted by the gateway: ${names.join(', ')}`;
}

/** Returns refused restarts; undefined if nobody can list consumers: publishes in any case. */
async function refusedRestarts(restartAll: () => Promise<Restarts>) {
  try {
    return (await restartAll()).refused;
  } catch (error) {
    if (error instanceof SallyportError && error.code === 'TooLarge') return undefined;
    throw error;
  }
}

/** Refuses if another writer has written other values meanwhile: they are not overwritten. */
function refuseEdited(data: SecretData, { pending, former }: RunValues): void {
  for (const key of pending.keys()) {
    const [before, now] = [former.get(key), data.get(key)];
    const isSame = before === undefined ? now === undefined : now?.equals(before) === true;
    if (isSame) continue;
    throw new RunStopped('SecretDiffers', `${key} was changed while it was being rotated`);
  }
}
