import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CLIENT_CLOSED_STATUS } from '../../core/errors/client-closed.js';
import type { ErrorCode } from '../../core/errors/error-table.js';
import '../http/request.js';
import type { AppLogger } from './app-logger.js';
import type { Metrics } from './metrics.js';
import type { ServerSpan, Tracer } from './tracer.js';

export interface RequestTelemetry {
  readonly logger: AppLogger;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
}

/** Route of requests that match no route, or are too malformed to have a route. */
const NO_ROUTE = '(none)';

/** GraphQL denies with a 200, so it counts its own denials. */
const denialByStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'Unauthenticated',
  403: 'Forbidden',
  429: 'TooManyRequests',
};

interface Observed {
  readonly startedAtMs: number;
  readonly span: ServerSpan;
  /** Absent if the request ends before Fastify's hooks, as for a malformed path. */
  request?: FastifyRequest;
}

/**
 * Adds one log line, one measure and one server span for each request. This includes requests that
 * no handler sees, that take over the socket, or whose client disconnects. Call it before any other
 * hook that may end a request.
 */
export function addTelemetryHooks(instance: FastifyInstance, telemetry: RequestTelemetry): void {
  const observedByResponse = new WeakMap<ServerResponse, Observed>();
  const observe = (message: IncomingMessage, response: ServerResponse): Observed => {
    const known = observedByResponse.get(response);
    if (known) return known;
    const { traceparent, tracestate } = message.headers as Record<string, string | undefined>;
    const span = telemetry.tracer.startServerSpan({ traceparent, tracestate });
    const observed: Observed = { startedAtMs: performance.now(), span };
    observedByResponse.set(response, observed);
    // Emitted once, whether the response was sent or its connection ended.
    response.once('close', () => complete(telemetry, observed, message, response));
    return observed;
  };
  instance.server.prependListener('request', observe);
  instance.addHook('onRequest', (request, reply, done) => {
    const observed = observe(request.raw, reply.raw);
    observed.request = request;
    observed.span.run(done);
  });
  // Reading a body continues in the socket's context, which is not the span's.
  instance.addHook('preHandler', (_request, reply, done) => {
    const observed = observedByResponse.get(reply.raw);
    if (observed) observed.span.run(done);
    else done();
  });
}

function complete(
  { logger, metrics }: RequestTelemetry,
  { startedAtMs, span, request }: Observed,
  message: IncomingMessage,
  response: ServerResponse,
): void {
  const method = message.method ?? '';
  const route = request?.routeOptions.url ?? NO_ROUTE;
  const aborted = !response.writableFinished;
  const status = statusOf(response);
  const durationMs = Math.round((performance.now() - startedAtMs) * 1_000) / 1_000;
  const requestId = request?.requestId ?? '';
  const auditId = request?.auditId ?? '';
  logger.requestCompleted({ requestId, auditId, method, route, status, durationMs, aborted });
  metrics.requestCompleted({ method, route, status, durationMs });
  const denial = denialByStatus[status];
  if (denial) metrics.denied(denial);
  const attributes = {
    'http.request.method': method,
    'http.route': route,
    'http.response.status_code': status,
    'sallyport.audit_id': auditId,
  };
  span.end(`${method} ${route}`, attributes, status >= 500);
}

/** Returns the status; it is 200 from the beginning, and upgrades set theirs and send no head. */
function statusOf({ headersSent, statusCode }: ServerResponse): number {
  return headersSent || statusCode !== 200 ? statusCode : CLIENT_CLOSED_STATUS;
}
