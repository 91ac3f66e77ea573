import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { answerError } from '../../../../src/platform/http/answer-error.js';
import { createFastify } from '../../../../src/platform/http/fastify-instance.js';
import { translateFrameworkError } from '../../../../src/platform/http/translate-framework-error.js';
import { Metrics } from '../../../../src/platform/telemetry/metrics.js';
import { addTelemetryHooks } from '../../../../src/platform/telemetry/request-hooks.js';
import { SilentTracer } from '../../../../src/platform/telemetry/tracer.js';
import { type CapturedLog, captureLog } from './captured-log.js';

let instance: FastifyInstance;
let log: CapturedLog;
let metrics: Metrics;
let url: string;

beforeEach(async () => {
  instance = createFastify();
  log = captureLog();
  metrics = new Metrics();
  addTelemetryHooks(instance, { logger: log.logger, metrics, tracer: new SilentTracer() });
  instance.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.public) return;
    throw new SallyportError('Unauthenticated', 'a valid bearer token is needed');
  });
  instance.setErrorHandler((error, request, reply) => {
    answerError(request, reply, translateFrameworkError(error));
  });
  const config = { public: true };
  instance.get('/v1/secrets/:name', { config }, async () => 'ok');
  instance.get('/closed', async () => 'ok');
  instance.get('/slow', { config }, async () => wait(200, 'ok'));
  instance.get('/raw', { config }, (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(202).end('ok');
  });
  url = await instance.listen({ host: '127.0.0.1', port: 0 });
});

afterEach(() => instance.close());

const oneLine = async (): Promise<Record<string, unknown>> => {
  await vi.waitFor(() => expect(log.lines()).toHaveLength(1));
  return log.lines()[0] ?? {};
};

describe('the telemetry of a request', () => {
  it('logs one line with the route template and the ids of the answer, not the path', async () => {
    const answer = await fetch(`${url}/v1/secrets/shhhhhh?x=shhhhhh`);
    expect(await oneLine()).toMatchObject({
      event: 'request.completed',
      method: 'GET',
      route: '/v1/secrets/:name',
      status: 200,
      auditId: answer.headers.get('audit-id'),
      requestId: answer.headers.get('x-request-id'),
    });
    expect(log.text()).not.toContain('shhhhhh');
    expect(await metrics.render()).not.toContain('shhhhhh');
  });

  it.each([
    ['a 401 from a hook', '/closed', 401, '/closed'],
    ['an unknown path', '/nowhere/shhhhhh', 401, '(none)'],
    ['a path that is not valid', '/v1/secrets/%zz', 400, '(none)'],
    ['a reply that takes over the socket', '/raw', 202, '/raw'],
  ])('logs %s', async (_what, path, status, route) => {
    await rawGet(path);
    expect(await oneLine()).toMatchObject({ status, route });
    expect(await metrics.render()).toContain(`route="${route}",status="${status}"} 1`);
  });

  it('logs that the client went away', async () => {
    const request = httpRequest(`${url}/slow`).on('error', () => undefined);
    request.end();
    await wait(50);
    request.destroy();
    expect(await oneLine()).toMatchObject({ route: '/slow', status: 499, aborted: true });
    expect(await metrics.render()).toContain('route="/slow",status="499"} 1');
  });

  it('counts a 401 as a denial', async () => {
    await fetch(`${url}/closed`);
    await oneLine();
    expect(await metrics.render()).toContain('sallyport_denials_total{reason="Unauthenticated"} 1');
  });
});

/** Sends a path as it is: fetch would repair it. */
async function rawGet(path: string): Promise<void> {
  const socket = connect((instance.server.address() as AddressInfo).port, '127.0.0.1');
  socket.end(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  socket.resume();
  await once(socket, 'close');
}
