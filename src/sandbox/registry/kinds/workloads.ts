import type { JsonObject, KubeObject } from '../../model/kube-object.js';
import type { Strategy } from '../../model/resource-definition.js';
import { textAt, valueAt } from '../../table/columns/object-fields.js';

/** What stored pods and workloads lack of those of an API server: for a page of differences. */
export const workloadDifferences: readonly string[] = [
  'spec is stored as sent: no defaults are filled in (restart policy, strategy, replicas …)',
  'spec is checked for its structure alone: no selector, container, volume or port rules',
  'no field of a running pod or of a selector is immutable',
  'status changes by writes alone: nothing schedules, runs or scales',
  'an annotation of a Deployment does not raise metadata.generation',
  'no admission of pods: no service account, toleration, priority or limits are added',
];

/** Members of an empty status that are written although they are zero. */
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

/** Pods and the kinds of `apps`: stored with a status that the main resource cannot write. */
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

/** Seconds, where a Pod does not say. */
const gracePeriodDefault = 30;

/** A Pod that no node runs goes at once. */
function gracePeriod(pod: KubeObject, asked: number | undefined): number {
  const phase = textAt(pod, 'status', 'phase');
  const hasEnded = phase === 'Failed' || phase === 'Succeeded';
  if (hasEnded || textAt(pod, 'spec', 'nodeName') === '') return 0;
  const own = valueAt(pod, 'spec', 'terminationGracePeriodSeconds');
  const period = asked ?? (typeof own === 'number' ? own : gracePeriodDefault);
  return period < 0 ? 1 : period;
}

/** What a PUT or PATCH of a resource with a status subresource leaves as it was. */
export function keepStatus(object: KubeObject, old: KubeObject): void {
  if (old['status'] === undefined) delete object['status'];
  else object['status'] = old['status'];
}
