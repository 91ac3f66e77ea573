import type { WorkloadKind, WorkloadReference } from '../../rotation/domain/rotation-spec.js';
import type { Consumer } from './consumers.js';

/** Annotation that `kubectl rollout restart` writes: a changed template makes new Pods. */
export const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
/** Last run for which a workload was restarted; its Pods have the annotation too. */
export const RESTARTED_FOR = 'sallyport.dev/restarted-for';

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'] as const satisfies WorkloadKind[];

/** Workload before a restart. */
export interface RestartedWorkload {
  readonly resourceVersion: string;
  /** For a Deployment: it rolls nothing out. */
  readonly isPaused: boolean;
  readonly templateAnnotations: Readonly<Record<string, string>>;
}

/** Workload that was not restarted, and a fixed sentence with the reason. */
export interface RefusedRestart extends WorkloadReference {
  readonly reason: string;
}

/** Returns the workloads whose Pods get another value by a restart. */
export function restartedConsumers(consumers: readonly Consumer[]): readonly WorkloadReference[] {
  return consumers.flatMap(({ kind: named, name, uses }) => {
    const kind = kinds.find((known) => known === named);
    // The Secret is read for each image pull: no running Pod retains it.
    const isHeld = uses.some((use) => use !== 'imagePull');
    return kind !== undefined && isHeld ? [{ kind, name }] : [];
  });
}

export type RestartPlan =
  | { readonly kind: 'none' }
  | { readonly kind: 'refuse'; readonly reason: string }
  /** RFC 7396; fails if the workload has been written meanwhile. */
  | { readonly kind: 'patch'; readonly patch: Readonly<Record<string, unknown>> };

/** Plans a restart for a run; nothing if it was done. */
export function planRestart(
  workload: RestartedWorkload,
  run: { readonly runId: string; readonly nowIso: string },
): RestartPlan {
  if (workload.templateAnnotations[RESTARTED_FOR] === run.runId) return { kind: 'none' };
  // As kubectl does: the restart would wait unseen until somebody resumes the Deployment.
  if (workload.isPaused) return { kind: 'refuse', reason: 'it is paused' };
  return { kind: 'patch', patch: restartPatch(workload, run) };
}

function restartPatch(
  { resourceVersion }: RestartedWorkload,
  { runId, nowIso }: { readonly runId: string; readonly nowIso: string },
) {
  // One write sets both: the mark proves that the restart has begun.
  const annotations = { [RESTARTED_AT]: nowIso, [RESTARTED_FOR]: runId };
  return {
    metadata: { resourceVersion },
    spec: { template: { metadata: { annotations } } },
  };
}
