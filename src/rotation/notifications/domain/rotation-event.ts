import type { RotationRun } from '../../domain/rotation-run.js';
import type { RotationNotification } from '../../domain/rotation.store.js';

/** CloudEvent (https://github.com/cloudevents/spec, version 1.0.2) about a run; without values. */
export interface RotationEvent {
  readonly specversion: '1.0';
  /** With `source`, unique for each event, however often it is delivered. */
  readonly id: string;
  readonly source: string;
  readonly type: `dev.sallyport.${RotationNotification['type']}`;
  /** Id of the run. */
  readonly subject: string;
  /** RFC 3339. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: RotationEventData;
}

/** Run as the API returns it. */
export interface RotationEventData {
  readonly namespace: string;
  readonly secret: string;
  readonly runId: string;
  readonly trigger: RotationRun['trigger'];
  readonly state: RotationRun['state'];
  readonly step: RotationRun['step'];
  readonly fromVersion: number | null;
  readonly toVersion: number | null;
  readonly waitingFor?: string;
  readonly error?: { readonly reason: string; readonly message: string };
  readonly startedAt: string;
  readonly endedAt?: string;
}

/** Media type of events in the structured mode. */
export const EVENT_MEDIA_TYPE = 'application/cloudevents+json; charset=utf-8';

/** Stored notification. */
export interface NotificationRow {
  /** Row ID: unique for each event. */
  readonly id: string;
  readonly timeMs: number;
  readonly notification: RotationNotification;
}

/** Returns a row's event, which is always equal. Builds it field by field from public facts. */
export function rotationEvent({ id, timeMs, notification }: NotificationRow): RotationEvent {
  const { type, run } = notification;
  return {
    specversion: '1.0',
    id,
    source: `/namespaces/${run.namespace}/secrets/${run.name}/rotation`,
    type: `dev.sallyport.${type}`,
    subject: run.id,
    time: timeText(timeMs),
    datacontenttype: 'application/json',
    data: dataOf(run),
  };
}

function dataOf(run: RotationRun): RotationEventData {
  const { problem, waitingFor, endedMs } = run;
  return {
    namespace: run.namespace,
    secret: run.name,
    runId: run.id,
    trigger: run.trigger,
    state: run.state,
    step: run.step,
    fromVersion: run.fromVersion,
    toVersion: run.toVersion,
    ...(waitingFor !== null && { waitingFor }),
    ...(problem !== null && { error: { reason: problem.reason, message: problem.message } }),
    startedAt: timeText(run.startedMs),
    ...(endedMs !== null && { endedAt: timeText(endedMs) }),
  };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
