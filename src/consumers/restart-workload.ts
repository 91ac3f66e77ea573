import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import { rotationLimits } from '../core/rotation-limits.js';
import type { WorkloadReference } from '../rotation/domain/rotation-spec.js';
import type { StoreCall } from '../secrets/domain/secret.store.js';
import { planRestart } from './domain/restart.js';
import type { WorkloadDirectory } from './domain/workload-directory.js';

interface RestartPlace {
  readonly call: Pick<StoreCall, 'ctx' | 'trace'>;
  readonly namespace: string;
  readonly workload: WorkloadReference;
}

/**
 * Restarts a workload, unless this run has; resolves with why it may not be restarted. Throws
 * SallyportError if the next try may succeed.
 */
export async function restartWorkload(
  directory: WorkloadDirectory,
  { call, namespace, workload }: RestartPlace,
  run: { readonly runId: string; readonly nowIso: string },
): Promise<string | undefined> {
  for (let attempt = 0; attempt < rotationLimits.restartAttemptsMax; attempt += 1) {
    try {
      const plan = planRestart(await directory.get(call, namespace, workload), run);
      if (plan.kind === 'refuse') return plan.reason;
      if (plan.kind === 'patch') await directory.patch(call, namespace, workload, plan.patch);
      return undefined;
    } catch (error) {
      if (!(error instanceof SallyportError)) throw error;
      if (error.code === 'Conflict') continue;
      const reason = refusalOf(error);
      if (reason === undefined) throw error;
      return reason;
    }
  }
  throw unavailable(`${workload.kind} ${workload.name} is written by others all the time`);
}

/** Returns the refusal; undefined if a retry may succeed. */
function refusalOf(error: SallyportError): string | undefined {
  if (error.isInstallationFault) return 'the gateway may not restart workloads in this namespace';
  switch (error.code) {
    case 'NotFound':
      return 'it is not there';
    case 'Forbidden':
      // In the words of the gateway: only the name of the policy or webhook.
      return error.message;
    case 'Invalid':
      return 'the cluster found the restarted workload invalid';
    default:
      return undefined;
  }
}
