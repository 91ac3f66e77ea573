import { rotationLimits } from '../../core/rotation-limits.js';
import type { ConsumerPod } from './consumers.js';

/** A new version of the Secret, and when Pods are looked at. Times are in milliseconds. */
export interface NewVersion {
  readonly changedAtMs: number;
  readonly nowMs: number;
  /** The run that made it: Pods that were restarted for it have it, whatever the clocks say. */
  readonly runId?: string;
  /** How long a kubelet takes to bring files up to date. */
  readonly kubeletRefreshMs?: number;
}

/**
 * Names of the Pods that may still hold an earlier version. A time that is as old as the change
 * counts as earlier: the cluster writes whole seconds.
 */
export function waitingFor(pods: readonly ConsumerPod[], version: NewVersion): readonly string[] {
  return pods.filter((pod) => !hasVersion(pod, version)).map(({ name }) => name);
}

/**
 * Whether the Pod has this version, or will have it once it starts. To pull images a Secret is read
 * each time, so such a Pod always has.
 */
export function hasVersion(pod: ConsumerPod, version: NewVersion): boolean {
  const { changedAtMs, runId } = version;
  if (!pod.isOnNode || pod.createdMs > changedAtMs) return true;
  if (runId !== undefined && pod.restartedFor === runId) return true;
  const onNodeMs = changedAtMs + rotationLimits.nodeClockSkewMs;
  return (pod.startedMs ?? 0) > onNodeMs || hasTakenItAnew(pod, version);
}

/** A Pod that is older than the version. */
function hasTakenItAnew(
  { references, containers }: ConsumerPod,
  { changedAtMs, nowMs, kubeletRefreshMs = rotationLimits.kubeletRefreshMs }: NewVersion,
): boolean {
  const { envContainers, subPathContainers, hasFiles, isMountedOnce } = references;
  const startedAfter = (names: readonly string[], ms: number): boolean =>
    names.every((name) => {
      const startedMs = containers.get(name);
      // Of one that the node has not told of nothing is known.
      return startedMs === null || (startedMs ?? 0) > ms + rotationLimits.nodeClockSkewMs;
    });
  return (
    !isMountedOnce &&
    (!hasFiles || nowMs >= changedAtMs + kubeletRefreshMs) &&
    startedAfter(envContainers, changedAtMs) &&
    // A container that starts again mounts the files as the kubelet has them by then.
    startedAfter(subPathContainers, changedAtMs + kubeletRefreshMs)
  );
}
