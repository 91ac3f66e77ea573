import { badRequest, invalid } from '../../../core/errors/sallyport-error.js';
import { limits } from '../../../core/limits.js';
import { refuseDeepNesting } from '../../../core/parse-json.js';
import { type ReportedEvent, readReportedEvent } from './reported-event.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A batch of the API server's audit webhook, an EventList of `audit.k8s.io/v1`. It is read with
 * less rigour than other bodies: whoever calls the API server chooses what stands in it, and a
 * batch that is refused is lost. Its items are for `reportOf`. Throws BadRequest and Invalid.
 */
export function parseEventList(bytes: Uint8Array): readonly unknown[] {
  const { kind, apiVersion, items } = documentOf(bytes);
  if (kind !== 'EventList') throw invalid([{ pointer: '/kind', reason: 'must be EventList' }]);
  if (apiVersion !== 'audit.k8s.io/v1') {
    throw invalid([{ pointer: '/apiVersion', reason: 'must be audit.k8s.io/v1' }]);
  }
  if (!Array.isArray(items)) throw invalid([{ pointer: '/items', reason: 'expected array' }]);
  if (items.length > limits.auditReportEventsMax) {
    throw invalid([{ pointer: '/items', reason: `at most ${limits.auditReportEventsMax}` }]);
  }
  return items;
}

/** An item of a batch; undefined where it is about something else than Secrets. Throws Invalid. */
export function reportOf(item: unknown, index: number, nowMs: number): ReportedEvent | undefined {
  const reading = readReportedEvent(item, nowMs);
  if (reading.kind === 'unreadable') {
    throw invalid([{ pointer: `/items/${index}/${reading.member}`, reason: 'is not valid' }]);
  }
  return reading.kind === 'kept' ? reading.event : undefined;
}

function documentOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const text = orRefused(() => utf8.decode(bytes));
  refuseDeepNesting(text, limits.auditReportDepthMax);
  const value = orRefused((): unknown => JSON.parse(text));
  const isObject = typeof value === 'object' && value !== null;
  return isObject ? (value as Readonly<Record<string, unknown>>) : {};
}

/** Without the parser's own words, which quote the text. */
function orRefused<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw badRequest('the body is not valid JSON');
  }
}
