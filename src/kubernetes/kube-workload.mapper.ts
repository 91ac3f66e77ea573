import type { Controller, PodState, Workload } from '../consumers/domain/consumers.js';
import { RESTARTED_FOR, type RestartedWorkload } from '../consumers/domain/restart.js';
import type { KubeObject } from './kube-exchange.js';
import { listOf, recordOf, textOf } from './kube-json.js';
import { toPodSpec } from './kube-pod-spec.mapper.js';

/** Parses a Pod of a list. */
export function toPodState(json: unknown): PodState {
  const pod = recordOf(json);
  const metadata = recordOf(pod['metadata']);
  const status = recordOf(pod['status']);
  const spec = recordOf(pod['spec']);
  const startedMs = timeOf(status['startTime']);
  const restartedFor = textOf(recordOf(metadata['annotations'])[RESTARTED_FOR]);
  return {
    name: textOf(metadata['name']),
    spec: toPodSpec(spec),
    controller: controllerOf(metadata),
    createdMs: timeOf(metadata['creationTimestamp']) ?? 0,
    startedMs,
    isOnNode: textOf(spec['nodeName']) !== '' || startedMs !== undefined,
    hasEnded: ['Succeeded', 'Failed'].includes(textOf(status['phase'])),
    containers: new Map([
      ...listOf(status['initContainerStatuses']).map((one) => startOf(one, true)),
      ...listOf(status['containerStatuses']).map((one) => startOf(one, false)),
      ...listOf(status['ephemeralContainerStatuses']).map((one) => startOf(one, false)),
    ]),
    restartedFor: restartedFor === '' ? undefined : restartedFor,
  };
}

/** Parses a workload of a list, whose items do not contain their kind. */
export function toWorkload(kind: string, json: unknown): Workload {
  const object = recordOf(json);
  const metadata = recordOf(object['metadata']);
  const conditions = listOf(recordOf(object['status'])['conditions']).map(recordOf);
  const ends = kind === 'Job' ? ['Complete', 'Failed'] : [];
  return {
    kind,
    name: textOf(metadata['name']),
    uid: textOf(metadata['uid']),
    controller: controllerOf(metadata),
    template: toPodSpec(templateOf(kind, recordOf(object['spec']))['spec']),
    hasEnded: conditions.some(
      ({ type, status }) => status === 'True' && ends.includes(textOf(type)),
    ),
  };
}

/** Parses a workload that rolls out a changed template. */
export function toRestartedWorkload(json: unknown): RestartedWorkload {
  const object = recordOf(json);
  const spec = recordOf(object['spec']);
  const { annotations } = recordOf(recordOf(spec['template'])['metadata']);
  return {
    resourceVersion: textOf(recordOf(object['metadata'])['resourceVersion']),
    isPaused: spec['paused'] === true,
    templateAnnotations: Object.fromEntries(
      Object.entries(recordOf(annotations)).map(([name, value]) => [name, textOf(value)]),
    ),
  };
}

function templateOf(kind: string, spec: KubeObject): KubeObject {
  const owner = kind === 'CronJob' ? recordOf(recordOf(spec['jobTemplate'])['spec']) : spec;
  return recordOf(owner['template']);
}

function controllerOf(metadata: KubeObject): Controller | undefined {
  const owners = listOf(metadata['ownerReferences']).map(recordOf);
  const found = owners.find(({ controller }) => controller === true);
  if (found === undefined) return undefined;
  const { kind, name, uid } = found;
  return { kind: textOf(kind), name: textOf(name), uid: textOf(uid) };
}

/**
 * Returns when a container read its content. An ended container retains nothing, unless it prepared
 * something for other containers.
 */
function startOf(json: unknown, isInit: boolean): readonly [string, number | null] {
  const status = recordOf(json);
  const { running, terminated } = recordOf(status['state']);
  const startedMs =
    timeOf(recordOf(running)['startedAt']) ??
    (isInit ? timeOf(recordOf(terminated)['startedAt']) : undefined);
  return [textOf(status['name']), startedMs ?? null];
}

function timeOf(json: unknown): number | undefined {
  const ms = Date.parse(textOf(json));
  return Number.isNaN(ms) ? undefined : ms;
}
