import type { Consumer, ConsumerPod, PodState } from '../../../src/consumers/domain/consumers.js';
import type { PodSpec, References } from '../../../src/consumers/domain/references.js';

export const envSpec: PodSpec = {
  containers: [{ name: 'app', envSecrets: ['db'], mounts: [] }],
  volumes: [],
  imagePullSecrets: [],
};

export const noReferences: References = {
  uses: [],
  envContainers: [],
  subPathContainers: [],
  hasFiles: false,
  isMountedOnce: false,
};

/** A Pod that runs since long ago, and takes the Secret `db` into its environment. */
export function podState(more: Partial<PodState> = {}): PodState {
  return {
    name: 'pod-1',
    spec: envSpec,
    controller: undefined,
    createdMs: 1_000,
    startedMs: 1_000,
    isOnNode: true,
    hasEnded: false,
    containers: new Map([['app', 2_000]]),
    restartedFor: undefined,
    ...more,
  };
}

export function consumerPod(
  references: Partial<References>,
  more: Partial<ConsumerPod> = {},
): ConsumerPod {
  const { spec: _spec, controller: _controller, hasEnded: _hasEnded, ...state } = podState();
  return { ...state, references: { ...noReferences, ...references }, ...more };
}

export function consumer(more: Partial<Consumer> = {}): Consumer {
  return { kind: 'Deployment', name: 'app', uses: ['env'], pods: [], ...more };
}
