import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ingestKubernetesEvents } from '../../../../src/audit/ingest/ingest.operations.js';
import { limits } from '../../../../src/core/limits.js';
import type { Operation } from '../../../../src/core/operation.js';
import { createFastify } from '../../../../src/platform/http/fastify-instance.js';
import { refuseBeyond } from '../../../../src/platform/http/refuse-beyond.hook.js';
import { principal } from '../../audit/audit-builders.js';

const max = limits.auditReportBodiesAtOnceMax;

let instance: FastifyInstance;
let sockets: Socket[];

beforeEach(async () => {
  sockets = [];
  instance = createFastify();
  instance.addHook('onRequest', async (request) => {
    request.principal = principal(String(request.headers['x-user']));
  });
  refuseBeyond(instance);
  const operation = ingestKubernetesEvents as unknown as Operation; // variance only
  instance.post('/', { config: { operation } }, () => 'taken');
  await instance.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await instance.close();
});

/** A request whose body has yet to come. */
function begun(user = 'api-server'): Socket {
  const socket = connect((instance.server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(
    `POST / HTTP/1.1\r\nHost: x\r\nX-User: ${user}\r\nContent-Type: application/json\r\n` +
      'Content-Length: 2\r\nConnection: close\r\n\r\n',
  );
  sockets.push(socket);
  return socket;
}

/** Its answer, after the body where that is sent. */
function answered(socket: Socket, body = ''): Promise<string> {
  socket.write(body);
  return text(socket);
}

/** Whether one more is refused without its body. */
async function isRefused(user?: string): Promise<boolean> {
  const socket = begun(user);
  const refusal = await Promise.race([
    answered(socket),
    new Promise<undefined>((resolve) => setTimeout(resolve, 500, undefined)),
  ]);
  socket.destroy();
  if (refusal === undefined) return false;
  expect(refusal).toMatch(/^HTTP\/1\.1 429 /);
  return true;
}

it('refuses one body too many of a credential before it is read, and no other credential', async () => {
  const first = Array.from({ length: max }, () => begun());
  await expect.poll(() => isRefused()).toBe(true);
  expect(await isRefused('another')).toBe(false);
  for (const socket of first) expect(await answered(socket, '{}')).toMatch(/ 200 /);
  expect(await answered(begun(), '{}')).toMatch(/ 200 /);
});

it('takes others as soon as a client has gone away', async () => {
  const first = Array.from({ length: max }, () => begun());
  await expect.poll(() => isRefused()).toBe(true);
  first[0]?.destroy();
  await expect.poll(() => isRefused(), { timeout: 5_000, interval: 100 }).toBe(false);
});
