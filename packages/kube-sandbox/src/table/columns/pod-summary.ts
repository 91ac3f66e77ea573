import type { JsonObject, KubeObject } from '../../model/kube-object.js';
import { timeOf } from '../human-duration.js';
import { numberAt, objectAt, objectsAt, textAt, valueAt } from './object-fields.js';

/** Content of a pod's row, apart from its location. */
export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  readonly reason: string;
  readonly restarts: number;
  /** End of the last container run before a restart. */
  readonly lastRestartMs: number | undefined;
}

interface Restarts {
  readonly count: number;
  readonly lastMs: number | undefined;
}

/** `failure`: why the pod is still at its init containers. */
interface InitSummary {
  readonly all: Restarts;
  readonly ofSidecars: Restarts;
  readonly ready: number;
  readonly failure: string | undefined;
}

const noRestarts: Restarts = { count: 0, lastMs: undefined };

function addRestarts(sum: Restarts, container: JsonObject): Restarts {
  const ended = timeOf(textAt(container, 'lastState', 'terminated', 'finishedAt'));
  const isLater = ended !== undefined && (sum.lastMs === undefined || ended > sum.lastMs);
  const count = sum.count + numberAt(container, 'restartCount');
  return { count, lastMs: isLater ? ended : sum.lastMs };
}

/** Reports whether a condition is true; the first condition of the type decides. */
export function isPodCondition(pod: KubeObject, type: string): boolean {
  const conditions = objectsAt(pod, 'status', 'conditions');
  const found = conditions.find((condition) => textAt(condition, 'type') === type);
  return found !== undefined && textAt(found, 'status') === 'True';
}

function endedBecause(terminated: JsonObject): string {
  const reason = textAt(terminated, 'reason');
  if (reason !== '') return reason;
  const signal = numberAt(terminated, 'signal');
  return signal === 0 ? `ExitCode:${numberAt(terminated, 'exitCode')}` : `Signal:${signal}`;
}

function initFailure(container: JsonObject, position: string): string {
  const terminated = objectAt(container, 'state', 'terminated');
  if (terminated !== undefined) return `Init:${endedBecause(terminated)}`;
  const waiting = textAt(container, 'state', 'waiting', 'reason');
  const isWaiting = waiting !== '' && waiting !== 'PodInitializing';
  return `Init:${isWaiting ? waiting : position}`;
}

function isDone(container: JsonObject): boolean {
  const terminated = objectAt(container, 'state', 'terminated');
  return terminated !== undefined && numberAt(terminated, 'exitCode') === 0;
}

function sidecarNames(pod: KubeObject): ReadonlySet<string> {
  const containers = objectsAt(pod, 'spec', 'initContainers');
  const sidecars = containers.filter((item) => textAt(item, 'restartPolicy') === 'Always');
  return new Set(sidecars.map((item) => textAt(item, 'name')));
}

function summarizeInit(pod: KubeObject, sidecars: ReadonlySet<string>): InitSummary {
  let all = noRestarts;
  let ofSidecars = noRestarts;
  let ready = 0;
  const wanted = objectsAt(pod, 'spec', 'initContainers').length;
  for (const [index, container] of objectsAt(pod, 'status', 'initContainerStatuses').entries()) {
    const isSidecar = sidecars.has(textAt(container, 'name'));
    all = addRestarts(all, container);
    if (isSidecar) ofSidecars = addRestarts(ofSidecars, container);
    if (isDone(container)) continue;
    if (!isSidecar || valueAt(container, 'started') !== true) {
      const failure = initFailure(container, `${index}/${wanted}`);
      return { all, ofSidecars, ready, failure };
    }
    if (container['ready'] === true) ready += 1;
  }
  return { all, ofSidecars, ready, failure: undefined };
}

/** The loop runs from the last container to the first, so the first one decides the reason. */
function summarizeContainers(pod: KubeObject, before: PodSummary): PodSummary {
  let { reason, ready } = before;
  let restarts: Restarts = { count: before.restarts, lastMs: before.lastRestartMs };
  let error = '';
  let hasRunning = false;
  for (const container of objectsAt(pod, 'status', 'containerStatuses').toReversed()) {
    restarts = addRestarts(restarts, container);
    const waiting = textAt(container, 'state', 'waiting', 'reason');
    const terminated = objectAt(container, 'state', 'terminated');
    if (waiting !== '') {
      reason = waiting;
    } else if (terminated !== undefined) {
      reason = endedBecause(terminated);
      if (numberAt(terminated, 'exitCode') !== 0) error = reason;
    } else if (container['ready'] === true && objectAt(container, 'state', 'running')) {
      hasRunning = true;
      ready += 1;
    }
  }
  if (reason === 'Completed') {
    const isRunning = hasRunning && isPodCondition(pod, 'Ready');
    if (isRunning) reason = 'Running';
    else reason = error || (hasRunning ? 'NotReady' : reason);
  }
  return { ...before, reason, ready, restarts: restarts.count, lastRestartMs: restarts.lastMs };
}

function reasonOfPod(pod: KubeObject): string {
  const isGated = objectsAt(pod, 'status', 'conditions').some(
    (condition) =>
      textAt(condition, 'type') === 'PodScheduled' &&
      textAt(condition, 'reason') === 'SchedulingGated',
  );
  if (isGated) return 'SchedulingGated';
  return textAt(pod, 'status', 'reason') || textAt(pod, 'status', 'phase');
}

function withDeletion(pod: KubeObject, summary: PodSummary): PodSummary {
  if (pod.metadata.deletionTimestamp === undefined) return summary;
  if (textAt(pod, 'status', 'reason') === 'NodeLost') return { ...summary, reason: 'Unknown' };
  const hasEnded = ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'));
  return hasEnded ? summary : { ...summary, reason: 'Terminating' };
}

/** Summarizes the containers of a pod as `kubectl get pods` does. */
export function summarizePod(pod: KubeObject): PodSummary {
  const sidecars = sidecarNames(pod);
  const init = summarizeInit(pod, sidecars);
  const total = objectsAt(pod, 'spec', 'containers').length + sidecars.size;
  const reason = init.failure ?? reasonOfPod(pod);
  const summary = { ready: init.ready, total, reason };
  if (init.failure !== undefined && !isPodCondition(pod, 'Initialized')) {
    const { count, lastMs } = init.all;
    return withDeletion(pod, { ...summary, restarts: count, lastRestartMs: lastMs });
  }
  const { count, lastMs } = init.ofSidecars;
  const before = { ...summary, restarts: count, lastRestartMs: lastMs };
  return withDeletion(pod, summarizeContainers(pod, before));
}
