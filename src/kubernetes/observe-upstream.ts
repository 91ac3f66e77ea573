import type { ExchangeObserver } from './exchange-observer.js';
import type { Metrics } from '../platform/telemetry/metrics.js';
import type { Tracer } from '../platform/telemetry/tracer.js';

/** Observes each exchange with the API server by one measure and one client span. */
export function observeUpstream(metrics: Metrics, tracer: Tracer): ExchangeObserver {
  return (method, exchange) =>
    tracer.withSpan(`${method} kubernetes`, { 'http.request.method': method }, async (span) => {
      const startedAtMs = performance.now();
      let status: number | undefined;
      try {
        const answer = await exchange();
        status = answer.status;
        span.setAttributes({ 'http.response.status_code': status });
        return answer;
      } finally {
        metrics.upstreamCompleted(method, status, performance.now() - startedAtMs);
      }
    });
}
