import { describe, expect, it } from 'vitest';
import { remoteSpanContext } from '../../../../src/platform/telemetry/trace-context.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('remoteSpanContext', () => {
  it('reads the ids, the sampled flag and the state', () => {
    const given = { traceparent: `00-${traceId}-${spanId}-03`, tracestate: 'vendor=1' };
    const context = remoteSpanContext(given);
    expect(context).toMatchObject({ traceId, spanId, traceFlags: 1, isRemote: true });
    expect(context?.traceState?.serialize()).toBe('vendor=1');
  });

  it('reads a later version by the fields it knows', () => {
    const traceparent = `01-${traceId}-${spanId}-00-more`;
    expect(remoteSpanContext({ traceparent })).toMatchObject({ traceId, traceFlags: 0 });
  });

  it('drops a state that is too long', () => {
    const given = { traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'a'.repeat(513) };
    expect(remoteSpanContext(given)?.traceState).toBeUndefined();
  });

  it.each([
    undefined,
    '',
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
  ])('starts a new trace for %s', (traceparent) => {
    expect(remoteSpanContext({ traceparent })).toBeUndefined();
  });
});
