import { Buffer } from 'node:buffer';
import { annotation, type KubernetesAuditEvent } from '../../domain/kubernetes-event.js';
import type { SinkEntry } from './sink-entry.js';

const SEVERITY_INFO = { severityNumber: 9, severityText: 'INFO' } as const;
const SEVERITY_WARN = { severityNumber: 13, severityText: 'WARN' } as const;
const EVENT_NAME = 'sallyport.audit';
const NANOS_OF_MS = '000000';

/** Renders OTLP over HTTP as JSON. https://opentelemetry.io/docs/specs/otlp/#otlphttp-request */
export function otlpLogsBody(
  entries: readonly SinkEntry[],
  options: { readonly version: string; readonly nowMs: number },
): Buffer {
  const request = {
    resourceLogs: [
      {
        resource: {
          attributes: [text('service.name', 'sallyport'), text('service.version', options.version)],
        },
        scopeLogs: [
          {
            scope: { name: 'sallyport.audit', version: options.version },
            logRecords: entries.map((entry) => recordOf(entry, options.nowMs)),
          },
        ],
      },
    ],
  };
  return Buffer.from(JSON.stringify(request), 'utf8');
}

/** Returns why a collector rejected part of a request despite a 200; else undefined. */
export function partialFailure(answer: string): string | undefined {
  const { partialSuccess } = recordIn(parsed(answer));
  const rejected = Number(recordIn(partialSuccess)['rejectedLogRecords'] ?? 0);
  // The collector's own message may quote the events.
  return rejected > 0 ? `the collector rejected ${rejected} of the records` : undefined;
}

function recordOf({ leafIndex, event }: SinkEntry, nowMs: number) {
  const json = Buffer.from(event).toString('utf8');
  // The log contains only events of this type.
  const { auditID, requestReceivedTimestamp, annotations } = JSON.parse(
    json,
  ) as KubernetesAuditEvent;
  const outcome = annotations[annotation.outcome] ?? 'unknown';
  const timeMs = Date.parse(requestReceivedTimestamp);
  return {
    timeUnixNano: nanosOf(Number.isNaN(timeMs) ? nowMs : timeMs),
    observedTimeUnixNano: nanosOf(nowMs),
    ...(outcome === 'denied' || outcome === 'failed' ? SEVERITY_WARN : SEVERITY_INFO),
    eventName: EVENT_NAME,
    body: { stringValue: json },
    attributes: [
      { key: 'sallyport.audit.leaf_index', value: { intValue: String(leafIndex) } },
      text('sallyport.audit.id', auditID),
      text('sallyport.audit.action', annotations[annotation.action] ?? ''),
      text('sallyport.audit.outcome', outcome),
    ],
  };
}

function text(key: string, value: string) {
  return { key, value: { stringValue: value } };
}

function nanosOf(ms: number): string {
  return `${ms}${NANOS_OF_MS}`;
}

function parsed(answer: string): unknown {
  try {
    return JSON.parse(answer) as unknown;
  } catch {
    return undefined;
  }
}

function recordIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
