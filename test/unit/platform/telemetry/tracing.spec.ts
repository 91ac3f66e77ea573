import { afterEach, describe, expect, it } from 'vitest';
import { createFastify } from '../../../../src/platform/http/fastify-instance.js';
import { Metrics } from '../../../../src/platform/telemetry/metrics.js';
import { addTelemetryHooks } from '../../../../src/platform/telemetry/request-hooks.js';
import { SilentTracer, type Tracer } from '../../../../src/platform/telemetry/tracer.js';
import { createTracer } from '../../../../src/platform/telemetry/tracing.js';
import { captureLog } from './captured-log.js';
import { type OtlpReceiver, startOtlpReceiver } from './otlp-receiver.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT_ID = '00f067aa0ba902b7';
const traceparent = `00-${TRACE_ID}-${PARENT_ID}-01`;
const route = '/v1/namespaces/:namespace/secrets/:name';
const SERVER = 2;
const CLIENT = 3;
const ERROR = 2;
let receiver: OtlpReceiver | undefined;

afterEach(() => receiver?.close());

/** Puts a body to a gateway whose handler makes one upstream call, which fails if asked to. */
async function putOnce(tracer: Tracer, options: { fails?: boolean } = {}): Promise<number> {
  const instance = createFastify();
  const telemetry = { logger: captureLog().logger, metrics: new Metrics(), tracer };
  addTelemetryHooks(instance, telemetry);
  instance.put(route, async () =>
    tracer.withSpan('PUT secrets', { 'sallyport.plane': 'caller' }, async (span) => {
      await new Promise(setImmediate);
      span.setAttributes({ 'http.response.status_code': 500 });
      if (options.fails) throw new Error('shhhhhh in a message');
      return 'ok';
    }),
  );
  const url = await instance.listen({ host: '127.0.0.1', port: 0 });
  const answer = await fetch(`${url}/v1/namespaces/mongodb/secrets/shhhhhh`, {
    method: 'PUT',
    headers: { traceparent, 'content-type': 'text/plain' },
    body: 'shhhhhh'.repeat(50_000),
  });
  await answer.text();
  await instance.close();
  return answer.status;
}

describe('traces', () => {
  it('are not made without a collector', async () => {
    const tracer = await createTracer({ version: '0.1.0' });
    expect(tracer).toBeInstanceOf(SilentTracer);
    expect(await putOnce(tracer)).toBe(200);
  });

  it("continue the caller's traceparent: a server span, and a client span within it", async () => {
    receiver = await startOtlpReceiver();
    const tracer = await createTracer({ otlpUrl: receiver.url, version: '0.1.0' });
    await putOnce(tracer);
    await tracer.close(2_000);
    const server = receiver.spans.find((span) => span.kind === SERVER);
    const client = receiver.spans.find((span) => span.kind === CLIENT);
    expect(receiver.spans).toHaveLength(2);
    expect(server).toMatchObject({
      traceId: TRACE_ID,
      parentSpanId: PARENT_ID,
      name: `PUT ${route}`,
    });
    expect(client).toMatchObject({
      traceId: TRACE_ID,
      parentSpanId: server?.spanId,
      name: 'PUT secrets',
    });
  });

  it('hold no value, no name of a Secret and no message of an error', async () => {
    receiver = await startOtlpReceiver();
    const tracer = await createTracer({ otlpUrl: receiver.url, version: '0.1.0' });
    expect(await putOnce(tracer, { fails: true })).toBe(500);
    await tracer.close(2_000);
    expect(receiver.spans.map((span) => span.status?.code)).toEqual([ERROR, ERROR]);
    expect(receiver.bodies.join()).not.toMatch(/shhhhhh|mongodb/);
  });

  it('cost a request nothing when the collector is dead', async () => {
    const gone = await startOtlpReceiver();
    await gone.close();
    const tracer = await createTracer({ otlpUrl: gone.url, version: '0.1.0' });
    expect(await putOnce(tracer)).toBe(200);
    await tracer.close(200);
  });

  it('give up a flush at its deadline when the collector never answers', async () => {
    receiver = await startOtlpReceiver({ silent: true });
    const tracer = await createTracer({ otlpUrl: receiver.url, version: '0.1.0' });
    expect(await putOnce(tracer)).toBe(200);
    const startedAtMs = performance.now();
    await tracer.close(200);
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
  });
});
