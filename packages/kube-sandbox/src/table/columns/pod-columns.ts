import type { JsonObject, KubeObject } from '../../model/kube-object.js';
import type { Column } from '../../model/resource-definition.js';
import { humanDuration } from '../human-duration.js';
import { ageColumn, column, nameColumn, wide } from './column.js';
import { objectsAt, textAt } from './object-fields.js';
import { isPodCondition, summarizePod } from './pod-summary.js';

function ready(pod: KubeObject): string {
  const summary = summarizePod(pod);
  return `${summary.ready}/${summary.total}`;
}

function restarts(pod: KubeObject, nowMs: number): string {
  const { restarts: count, lastRestartMs } = summarizePod(pod);
  if (count === 0 || lastRestartMs === undefined) return String(count);
  return `${count} (${humanDuration(nowMs - lastRestartMs)} ago)`;
}

function ip(pod: KubeObject): string {
  const [first] = objectsAt(pod, 'status', 'podIPs');
  return textAt(first ?? {}, 'ip') || '<none>';
}

function readinessGates(pod: KubeObject): string {
  const gates = objectsAt(pod, 'spec', 'readinessGates');
  if (gates.length === 0) return '<none>';
  const open = gates.filter((gate) => isPodCondition(pod, textAt(gate, 'conditionType')));
  return `${open.length}/${gates.length}`;
}

export const podColumns: readonly Column[] = [
  nameColumn,
  column('Ready', 'Ready containers of all', ready),
  column('Status', 'What its containers are at', (pod) => summarizePod(pod).reason),
  column('Restarts', 'How often containers were restarted, and when last', restarts),
  ageColumn,
  wide('IP', 'Address of the pod', ip),
  wide('Node', 'Where it runs', (pod) => textAt(pod, 'spec', 'nodeName') || '<none>'),
  wide('Nominated Node', 'Where it may run after preemption', (pod) => {
    return textAt(pod, 'status', 'nominatedNodeName') || '<none>';
  }),
  wide('Readiness Gates', 'Conditions that hold of those asked for', readinessGates),
];

const endings = new Map([
  ['Succeeded', 'The pod has completed successfully.'],
  ['Failed', 'The pod failed.'],
]);

/** Returns the conditions of a pod's row; undefined while the pod may still run. */
export function podRowConditions(pod: KubeObject): JsonObject[] | undefined {
  const phase = textAt(pod, 'status', 'phase');
  const message = endings.get(phase);
  if (message === undefined) return undefined;
  return [{ type: 'Completed', status: 'True', reason: phase, message }];
}
