/** Values of span attributes: numbers and fixed words, never a value, a key or a Secret's name. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** Trace that a request belongs to: W3C Trace Context. */
export interface TraceParent {
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
}

export interface ServerSpan {
  /** Runs `work`, and all it starts, as part of this span. */
  run<T>(work: () => T): T;
  /** Ends the span; its name is known only now, once the route is. */
  end(name: string, attributes: SpanAttributes, isFailed: boolean): void;
}

export interface ClientSpan {
  setAttributes(attributes: SpanAttributes): void;
}

/** Traces, without any OpenTelemetry type. No method throws or waits for a collector. */
export abstract class Tracer {
  abstract startServerSpan(parent: TraceParent): ServerSpan;

  /** Runs `work` in a client span, a child of the current span; the span fails if it throws. */
  abstract withSpan<T>(
    name: string,
    attributes: SpanAttributes,
    work: (span: ClientSpan) => Promise<T>,
  ): Promise<T>;

  /** Sends the remaining spans, for at most `timeoutMs`; never rejects. */
  abstract close(timeoutMs: number): Promise<void>;
}

const silentServerSpan: ServerSpan = { run: (work) => work(), end: () => undefined };
const silentClientSpan: ClientSpan = { setAttributes: () => undefined };

/** Tracer without a collector. */
export class SilentTracer extends Tracer {
  override startServerSpan(): ServerSpan {
    return silentServerSpan;
  }

  override withSpan<T>(
    _name: string,
    _attributes: SpanAttributes,
    work: (span: ClientSpan) => Promise<T>,
  ): Promise<T> {
    return work(silentClientSpan);
  }

  override async close(): Promise<void> {}
}
