import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type Context,
  ROOT_CONTEXT,
  type Tracer as OpenTelemetryTracer,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { remoteSpanContext } from './trace-context.js';
import {
  type ClientSpan,
  type ServerSpan,
  type SpanAttributes,
  type TraceParent,
  Tracer,
} from './tracer.js';

const EXPORT_TIMEOUT_MS = 3_000;
const QUEUED_SPANS_MAX = 2_048;
const BATCH_SPANS_MAX = 512;
const BATCH_DELAY_MS = 1_000;

/** Sends spans to a collector in the background; spans that it does not accept are dropped. */
export class OtlpTracer extends Tracer {
  readonly #provider: TracerProvider;
  readonly #tracer: OpenTelemetryTracer;
  /** Separate from OpenTelemetry's global context: two gateways in a process stay apart. */
  readonly #running = new AsyncLocalStorage<Context>();

  constructor(options: { readonly url: string; readonly version: string }) {
    super();
    const exporter = new OTLPTraceExporter({ url: options.url, timeoutMillis: EXPORT_TIMEOUT_MS });
    const processor = new BatchSpanProcessor({
      exporter,
      maxQueueSize: QUEUED_SPANS_MAX,
      maxExportBatchSize: BATCH_SPANS_MAX,
      scheduledDelayMillis: BATCH_DELAY_MS,
      exportTimeoutMillis: EXPORT_TIMEOUT_MS,
    });
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({
        'service.name': 'sallyport',
        'service.version': options.version,
      }),
      spanProcessors: [processor],
    });
    this.#tracer = this.#provider.getTracer('sallyport', options.version);
  }

  override startServerSpan(parent: TraceParent): ServerSpan {
    const remote = remoteSpanContext(parent);
    const outer = remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT;
    const span = this.#tracer.startSpan('request', { kind: SpanKind.SERVER }, outer);
    const inner = trace.setSpan(outer, span);
    return {
      run: (work) => this.#running.run(inner, work),
      end: (name, attributes, isFailed) => {
        span.updateName(name).setAttributes(attributes);
        if (isFailed) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }

  override withSpan<T>(
    name: string,
    attributes: SpanAttributes,
    work: (span: ClientSpan) => Promise<T>,
  ): Promise<T> {
    const outer = this.#running.getStore() ?? ROOT_CONTEXT;
    const span = this.#tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, outer);
    return this.#running.run(trace.setSpan(outer, span), () => untilSettled(span, work));
  }

  override async close(timeoutMs: number): Promise<void> {
    const abort = new AbortController();
    const deadline = wait(timeoutMs, undefined, { signal: abort.signal }).catch(() => undefined);
    const flushed = this.#provider.shutdown().catch(() => undefined);
    await Promise.race([flushed, deadline]);
    abort.abort();
  }
}

/** Ends the span; the error itself is not recorded: its message may quote input. */
async function untilSettled<T>(span: Span, work: (span: ClientSpan) => Promise<T>): Promise<T> {
  try {
    return await work({ setAttributes: (attributes) => void span.setAttributes(attributes) });
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
