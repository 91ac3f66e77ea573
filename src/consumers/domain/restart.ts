import type { WorkloadKind, WorkloadReference } from '../../rotation/domain/rotation-spec.js';
import type { Consumer } from './consumers.js';

/** What `kubectl rollout restart` writes: a changed template, and so new Pods. */
export const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
/** Which run a workload was restarted for last; its Pods bear it too. */
export const RESTARTED_FOR = 'sallyport.dev/restarted-for';

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'] as const satisfies WorkloadKind[];

/** A workload as it is before a restart. */
export interface RestartedWorkload {
  readonly resourceVersion: string;
  /** Of a Deployment: it rolls nothing out. */
  readonly isPaused: boolean;
  readonly templateAnnotations: Readonly<Record<string, string>>;
}

/** A workload that was not restarted, and why: one sentence of ours. */
export interface RefusedRestart extends WorkloadReference {
  readonly reason: string;
}

/** The workloads whose Pods a restart gives another value. */
export function restartedConsumers(consumers: readonly Consumer[]): readonly WorkloadReference[] {
  return consumers.flatMap(({ kind: named, name, uses }) => {
    const kind = kinds.find((known) => known === named);
    // To pull images the Secret is read each time: nothing that runs holds it.
    const isHeld = uses.some((use) => use !== 'imagePull');
    return kind !== undefined && isHeld ? [{ kind, name }] : [];
  });
}

export type RestartPlan =
  | { readonly kind: 'none' }
  | { readonly kind: 'refuse'; readonly reason: string }
  /** RFC 7396; fails where the workload has been written meanwhile. */
  | { readonly kind: 'patch'; readonly patch: Readonly<Record<string, unknown>> };

/** What a restart for a run does; nothing where it has been done. */
export function planRestart(
  workload: RestartedWorkload,
  run: { readonly runId: string; readonly nowIso: string },
): RestartPlan {
  if (workload.templateAnnotations[RESTARTED_FOR] === run.runId) return { kind: 'none' };
  // As kubectl does: the restart would wait, unseen, for whoever resumes it.
  if (workload.isPaused) return { kind: 'refuse', reason: 'it is paused' };
  return { kind: 'patch', patch: restartPatch(workload, run) };
}

function restartPatch(
  { resourceVersion }: RestartedWorkload,
  { runId, nowIso }: { readonly runId: string; readonly nowIso: string },
) {
  // Both in one write: whoever finds the mark knows that the restart has begun.
  const annotations = { [RESTARTED_AT]: nowIso, [RESTARTED_FOR]: runId };
  return {
    metadata: { resourceVersion },
    spec: { template: { metadata: { annotations } } },
  };
}
