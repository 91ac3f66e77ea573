import { SilentTracer, type Tracer } from './tracer.js';

export interface TracingOptions {
  /** OTLP/HTTP collector; `/v1/traces` is added if the URL has no path. */
  readonly otlpUrl?: string | undefined;
  readonly version: string;
}

/** Creates the configured tracer; OpenTelemetry is loaded only if it is used. */
export async function createTracer(options: TracingOptions): Promise<Tracer> {
  if (options.otlpUrl === undefined) return new SilentTracer();
  const { OtlpTracer } = await import('./otlp-tracer.js');
  return new OtlpTracer({ url: tracesUrl(options.otlpUrl), version: options.version });
}

function tracesUrl(otlpUrl: string): string {
  const url = new URL(otlpUrl);
  if (url.pathname === '/') url.pathname = '/v1/traces';
  return url.href;
}
