import { type SpanContext, createTraceState, isSpanContextValid } from '@opentelemetry/api';
import type { TraceParent } from './tracer.js';

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const TRACESTATE_CHARACTERS_MAX = 512;

/** Reads W3C Trace Context; undefined if it is absent or malformed. */
export function remoteSpanContext(parent: TraceParent): SpanContext | undefined {
  const match = TRACEPARENT.exec(parent.traceparent ?? '');
  if (!match) return undefined;
  const [, version, traceId = '', spanId = '', flags = '', rest] = match;
  // `ff` is forbidden, and version 00 ends with the flags.
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  const { tracestate } = parent;
  const isStateKept = tracestate !== undefined && tracestate.length <= TRACESTATE_CHARACTERS_MAX;
  const context: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & 1,
    isRemote: true,
    ...(isStateKept ? { traceState: createTraceState(tracestate) } : {}),
  };
  return isSpanContextValid(context) ? context : undefined;
}
