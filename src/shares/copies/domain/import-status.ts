import type {
  CustomResource,
  CustomResourceStatus,
} from '../../../custom-resources/domain/custom-resource.js';
import { conditionsOf } from '../../../custom-resources/domain/status-condition.js';
import { type CopyProblem, explained } from './copy-state.js';

/** How an import stands. */
export type ImportOutcome =
  | {
      readonly kind: 'ready';
      /** Version of the shared Secret that the target has; undefined: there is no target. */
      readonly version: number | null | undefined;
      /** Whether the target was written just now. */
      readonly isWritten: boolean;
      /** Why the target does not have all values; undefined: it has. */
      readonly problem?: CopyProblem | undefined;
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
    const { state, ready } = readiness(undefined, outcome.problem);
    const { version, deliveredTime } = status;
    const conditions = conditionsOf(object, ready, nowMs);
    return { observedGeneration, state, version, deliveredTime, conditions };
  }
  const { version, isWritten, problem } = outcome;
  const deliveredTime = isWritten ? new Date(nowMs).toISOString() : status['deliveredTime'];
  const { state, ready } = readiness(version, problem);
  return {
    observedGeneration,
    state,
    version: version ?? undefined,
    deliveredTime,
    conditions: conditionsOf(object, ready, nowMs),
  };
}

function readiness(version: number | null | undefined, problem: CopyProblem | undefined) {
  if (problem !== undefined) {
    const { state, message } = explained(problem);
    return { state, ready: { isReady: false, reason: problem, message } };
  }
  const reason = version === undefined ? 'Granted' : 'Delivered';
  return { state: 'Ready', ready: { isReady: true, reason, message: '' } };
}
