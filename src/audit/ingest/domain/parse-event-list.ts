import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { badRequest, invalid } from '../../../core/errors/sallyport-error.js';
import { limits } from '../../../core/limits.js';
import { refuseDeepNesting } from '../../../core/parse-json.js';
import { eventListSpans, type ItemSpan } from './event-list-spans.js';
import { readReportedEvent, type Reading } from './reported-event.js';

const exact = new TextDecoder('utf-8', { fatal: true });
/** Replaces each invalid byte of UTF-8 with U+FFFD. */
const lenient = new TextDecoder('utf-8');

/** Batch whose events are not parsed yet: each is parsed separately. */
export interface EventList {
  readonly body: Buffer;
  readonly items: readonly ItemSpan[];
  /** Events beyond the number that is read. */
  readonly beyond: number;
}

/**
 * Parses a batch of the API server's audit webhook, an EventList of `audit.k8s.io/v1`. A refused
 * batch is lost, and users of the cluster choose parts of it: only the part around the events must
 * be valid. Throws BadRequest and Invalid for a body that is not such a list.
 */
export function parseEventList(bytes: Uint8Array): EventList {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { envelope, items, beyond } = eventListSpans(body);
  const { kind, apiVersion } = documentOf(envelope);
  if (kind !== 'EventList') throw invalid([{ pointer: '/kind', reason: 'must be EventList' }]);
  if (apiVersion !== 'audit.k8s.io/v1') {
    throw invalid([{ pointer: '/apiVersion', reason: 'must be audit.k8s.io/v1' }]);
  }
  if (items === undefined) throw invalid([{ pointer: '/items', reason: 'expected one array' }]);
  return { body, items, beyond };
}

/** Reads one event of a batch. An unreadable part never makes another event unreadable. */
export function reportOf({ body }: EventList, span: ItemSpan, nowMs: number): Reading {
  const bytes = body.subarray(span.start, span.end);
  const { text, isExact } = textOf(bytes);
  const item = span.levels > limits.auditReportDepthMax ? undefined : valueOf(text);
  if (item === undefined) return { kind: 'unreadable' };
  return readReportedEvent(item.value, {
    nowMs,
    isIntact: isExact && !span.hasTwins,
    // Equal if the batch is delivered again.
    substituteId: () => `unreadable-${createHash('sha256').update(bytes).digest('hex')}`,
  });
}

function documentOf(envelope: Buffer): Readonly<Record<string, unknown>> {
  const { text } = textOf(envelope);
  refuseDeepNesting(text, limits.auditReportDepthMax);
  const document = valueOf(text);
  // Without the parser's own words, which quote the text.
  if (document === undefined) throw badRequest('the body is not valid JSON');
  const { value } = document;
  const isObject = typeof value === 'object' && value !== null;
  return isObject ? (value as Readonly<Record<string, unknown>>) : {};
}

function textOf(bytes: Buffer): { readonly text: string; readonly isExact: boolean } {
  try {
    return { text: exact.decode(bytes), isExact: true };
  } catch {
    return { text: lenient.decode(bytes), isExact: false };
  }
}

function valueOf(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
