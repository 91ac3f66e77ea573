import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { createHealthApp } from '../../../../src/platform/health/health-app.js';
import { Readiness } from '../../../../src/platform/health/readiness.js';
import { createFastify } from '../../../../src/platform/http/fastify-instance.js';
import { modeHeader } from '../../../../src/platform/http/sandbox-mode-header.js';
import { AppLogger } from '../../../../src/platform/telemetry/app-logger.js';
import { Metrics } from '../../../../src/platform/telemetry/metrics.js';

let instance: FastifyInstance | undefined;
let health: NestFastifyApplication | undefined;

afterEach(async () => {
  await instance?.close();
  await health?.close();
  instance = undefined;
  health = undefined;
});

const requests = {
  'a route': 'GET /there HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'a path that is not there': 'GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'a route that fails': 'GET /failing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'a path that cannot be decoded': 'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'a request without Host': 'GET /there HTTP/1.1\r\nConnection: close\r\n\r\n',
  'an expectation that nobody meets':
    'GET /there HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\nConnection: close\r\n\r\n',
  'what is no HTTP': 'hello\r\n\r\n',
  'too many header bytes': `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
};

async function answers(mode: 'sandbox' | 'in-cluster', request: string): Promise<string> {
  instance = createFastify(modeHeader(mode));
  instance.get('/there', () => 'here');
  instance.get('/failing', () => Promise.reject(new Error('no')));
  await instance.listen({ port: 0, host: '127.0.0.1' });
  return exchange((instance.server.address() as AddressInfo).port, request);
}

async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  return text(socket);
}

describe.each(Object.entries(requests))('the answer to %s', (_what, request) => {
  it('says in the sandbox that it is one, once', async () => {
    const answer = await answers('sandbox', request);
    expect(answer).toMatch(/^HTTP\/1\.1 \d{3} /);
    expect(answer.match(/^sallyport-mode: sandbox\r$/gim)).toHaveLength(1);
  });

  it('says nothing of it in front of a cluster', async () => {
    expect(await answers('in-cluster', request)).not.toMatch(/sallyport-mode/i);
  });
});

describe('the health listener', () => {
  it.each(['/livez', '/metrics', '/nowhere'])('says it too: %s', async (path) => {
    health = await createHealthApp({
      readiness: new Readiness({ checks: [], onChange: () => undefined }),
      metrics: new Metrics(),
      facts: () => ({}),
      logger: new AppLogger({ level: 'silent' }),
      mode: modeHeader('sandbox'),
    });
    await health.listen(0, '127.0.0.1');
    const answer = await fetch(new URL(path, await health.getUrl()));
    expect(answer.headers.get('sallyport-mode')).toBe('sandbox');
  });
});
