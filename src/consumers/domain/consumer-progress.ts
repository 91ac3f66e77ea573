import { rotationLimits } from '../../core/rotation-limits.js';
import type { ConsumerPod } from './consumers.js';

/** New version of the Secret, and the time of the check. Times are in milliseconds. */
export interface NewVersion {
  readonly changedAtMs: number;
  readonly nowMs: number;
  /** Run that made it: Pods that were restarted for it have it, whatever the clocks say. */
  readonly runId?: string;
  /** Time that a kubelet takes to update files. */
  readonly kubeletRefreshMs?: number;
}

/**
 * Returns names of the Pods that may still have an earlier version. A time equal to the change
 * counts as earlier: the cluster writes whole seconds.
 */
export function waitingFor(pods: readonly ConsumerPod[], version: NewVersion): readonly string[] {
  return pods.filter((pod) => !hasVersion(pod, version)).map(({ name }) => name);
}

/**
 * Reports whether the Pod has this version, or will have it once it starts. A Secret is read for
 * each image pull, so such a Pod always has it.
 */
export function hasVersion(pod: ConsumerPod, version: NewVersion): boolean {
  const { changedAtMs, runId } = version;
  if (!pod.isOnNode || pod.createdMs > changedAtMs) return true;
  if (runId !== undefined && pod.restartedFor === runId) return true;
  const onNodeMs = changedAtMs + rotationLimits.nodeClockSkewMs;
  return (pod.startedMs ?? 0) > onNodeMs || hasTakenItAnew(pod, version);
}

/** Reports whether a Pod older than the version has read it since. */
function hasTakenItAnew(
  { references, containers }: ConsumerPod,
  { changedAtMs, nowMs, kubeletRefreshMs = rotationLimits.kubeletRefreshMs }: NewVersion,
): boolean {
  const { envContainers, subPathContainers, hasFiles, isMountedOnce } = references;
  const startedAfter = (names: readonly string[], ms: number): boolean =>
    names.every((name) => {
      const startedMs = containers.get(name);
      // Nothing is known of a container that the node has not reported.
      return startedMs === null || (startedMs ?? 0) > ms + rotationLimits.nodeClockSkewMs;
    });
  return (
    !isMountedOnce &&
    (!hasFiles || nowMs >= changedAtMs + kubeletRefreshMs) &&
    startedAfter(envContainers, changedAtMs) &&
    // A restarted container mounts the files as the kubelet has them by then.
    startedAfter(subPathContainers, changedAtMs + kubeletRefreshMs)
  );
}
