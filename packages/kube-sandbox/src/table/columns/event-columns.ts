import type { KubeObject } from '../../model/kube-object.js';
import type { Column } from '../../model/resource-definition.js';
import { ageOf } from '../human-duration.js';
import { column, nameColumn, wide } from './column.js';
import { numberAt, objectAt, textAt, valueAt } from './object-fields.js';

function firstSeen(event: KubeObject, nowMs: number): string {
  return ageOf(textAt(event, 'firstTimestamp') || textAt(event, 'eventTime'), nowMs);
}

function lastSeen(event: KubeObject, nowMs: number): string {
  const series = objectAt(event, 'series');
  if (series !== undefined) return ageOf(valueAt(series, 'lastObservedTime'), nowMs);
  const last = textAt(event, 'lastTimestamp');
  return last === '' ? firstSeen(event, nowMs) : ageOf(last, nowMs);
}

function countOf(event: KubeObject): number {
  const series = objectAt(event, 'series');
  return series === undefined ? numberAt(event, 'count') || 1 : numberAt(series, 'count');
}

function subjectOf(event: KubeObject): string {
  const kind = textAt(event, 'involvedObject', 'kind').toLowerCase();
  const name = textAt(event, 'involvedObject', 'name');
  return name === '' ? kind : `${kind}/${name}`;
}

function sourceOf(event: KubeObject): string {
  const component = textAt(event, 'source', 'component') || textAt(event, 'reportingComponent');
  const host = textAt(event, 'source', 'host') || textAt(event, 'reportingInstance');
  return host === '' ? component : `${component}, ${host}`;
}

export const eventColumns: readonly Column[] = [
  column('Last Seen', 'Time since it happened last', lastSeen),
  column('Type', 'Normal or Warning', (event) => textAt(event, 'type')),
  column('Reason', 'Why it happened, in one word', (event) => textAt(event, 'reason')),
  column('Object', 'What it is about', subjectOf),
  wide('Subobject', 'Which part', (event) => textAt(event, 'involvedObject', 'fieldPath')),
  wide('Source', 'Who reported it', sourceOf),
  column('Message', 'What happened', (event) => textAt(event, 'message').trim()),
  wide('First Seen', 'Time since it happened first', firstSeen),
  wide('Count', 'How often it happened', countOf),
  { ...nameColumn, priority: 1 },
];
