import type {
  CustomResource,
  CustomResourceStatus,
} from '../../../custom-resources/domain/custom-resource.js';
import { conditionsOf } from '../../domain/status-condition.js';
import { type CopyProblem, explained } from './copy-state.js';

/** How an import stands. */
export type ImportOutcome =
  | {
      readonly kind: 'ready';
      /** Version of the shared Secret that the target has; undefined: there is no target. */
      readonly version: number | null | undefined;
      /** Whether the target was written just now. */
      readonly isWritten: boolean;
    }
  | { readonly kind: 'problem'; readonly problem: CopyProblem };

/** Returns the status of a SecretImport; it names nothing that its spec does not name. */
export function importStatus(
  object: Pick<CustomResource, 'generation' | 'status'>,
  outcome: ImportOutcome,
  nowMs: number,
): CustomResourceStatus {
  const { generation: observedGeneration, status } = object;
  if (outcome.kind === 'problem') {
    const { state, message } = explained(outcome.problem);
    const ready = { isReady: false, reason: outcome.problem, message };
    const { version, deliveredTime } = status;
    const conditions = conditionsOf(object, ready, nowMs);
    return { observedGeneration, state, version, deliveredTime, conditions };
  }
  const reason = outcome.version === undefined ? 'Granted' : 'Delivered';
  const deliveredTime = outcome.isWritten ? new Date(nowMs).toISOString() : status['deliveredTime'];
  return {
    observedGeneration,
    state: 'Ready',
    version: outcome.version ?? undefined,
    deliveredTime,
    conditions: conditionsOf(object, { isReady: true, reason, message: '' }, nowMs),
  };
}
