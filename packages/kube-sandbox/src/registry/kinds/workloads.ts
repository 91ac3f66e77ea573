import type { JsonObject, KubeObject } from '../../model/kube-object.js';
import type { Strategy } from '../../model/resource-definition.js';
import { textAt, valueAt } from '../../table/columns/object-fields.js';

/** Differences of pods and workloads from an API server, for the documentation. */
export const workloadDifferences: readonly string[] = [
  'spec is stored as sent: no defaults are filled in (restart policy, strategy, replicas …)',
  'spec is checked for its structure alone: no selector, container, volume or port rules',
  'no field of a running pod or of a selector is immutable',
  'status changes by writes alone: nothing schedules, runs or scales',
  'an annotation of a Deployment does not raise metadata.generation',
  'no admission of pods: no service account, toleration, priority or limits are added',
];

/** Members that an empty status always contains. */
const emptyStatus = {
  Pod: { phase: 'Pending' },
  Deployment: {},
  StatefulSet: { replicas: 0, availableReplicas: 0 },
  ReplicaSet: { replicas: 0 },
  DaemonSet: {
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  },
} as const satisfies Readonly<Record<string, JsonObject>>;

/** Returns the strategy of pods and `apps` kinds, whose status the main resource cannot write. */
export function workloadStrategy(kind: keyof typeof emptyStatus): Strategy {
  return {
    countsGeneration: true,
    prepareForCreate: (object) => {
      object['status'] = structuredClone(emptyStatus[kind]);
    },
    prepareForUpdate: keepStatus,
    ...(kind === 'Pod' && { returnsDeleted: true, gracePeriod }),
  };
}

/** Default of a Pod, in seconds. */
const gracePeriodDefault = 30;

/** A Pod that has ended or is not scheduled is deleted immediately. */
function gracePeriod(pod: KubeObject, asked: number | undefined): number {
  const phase = textAt(pod, 'status', 'phase');
  const hasEnded = phase === 'Failed' || phase === 'Succeeded';
  if (hasEnded || textAt(pod, 'spec', 'nodeName') === '') return 0;
  const own = valueAt(pod, 'spec', 'terminationGracePeriodSeconds');
  const period = asked ?? (typeof own === 'number' ? own : gracePeriodDefault);
  return period < 0 ? 1 : period;
}

/** Restores the status, which a PUT or PATCH of the main resource cannot change. */
export function keepStatus(object: KubeObject, old: KubeObject): void {
  if (old['status'] === undefined) delete object['status'];
  else object['status'] = old['status'];
}
