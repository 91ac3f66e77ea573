import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import { BodyBudget } from '../../../../src/platform/http/body-budget.js';
import { createFastify } from '../../../../src/platform/http/fastify-instance.js';
import { answerError } from '../../../../src/platform/http/answer-error.js';
import { translateFrameworkError } from '../../../../src/platform/http/translate-framework-error.js';
import { principal } from '../../audit/audit-builders.js';

const large = 6 * 1024 * 1024;
let instance: FastifyInstance;
let budget: BodyBudget;
let sockets: Socket[];

beforeEach(async () => {
  sockets = [];
  budget = new BodyBudget();
  instance = createFastify(undefined, { bodies: budget });
  instance.addHook('onRequest', async (request) => {
    request.principal = principal(String(request.headers['x-user'] ?? 'app'));
  });
  instance.setErrorHandler((error, request, reply) =>
    answerError(request, reply, translateFrameworkError(error)),
  );
  instance.post('/', (request) => String((request.body as Buffer | undefined)?.byteLength));
  instance.get('/', () => 'read');
  await instance.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await instance.close();
});

function begun(fields: readonly string[], method = 'POST', path = '/'): Socket {
  const socket = connect((instance.server.address() as AddressInfo).port, '127.0.0.1');
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: x', 'Content-Type: application/json'];
  socket.write(`${[...lines, ...fields].join('\r\n')}\r\n\r\n`);
  socket.on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

const announced = (bytes: number): readonly string[] => [`Content-Length: ${bytes}`];
const chunked = ['Transfer-Encoding: chunked', 'Connection: close'];
const chunk = (bytes: Buffer | string): string =>
  `${bytes.length.toString(16)}\r\n${bytes.toString('latin1')}\r\n`;

it('charges what is announced before a byte of it comes, and frees it when the client leaves', async () => {
  const open = [1, 2, 3, 4].map(() => begun(announced(large)));
  await expect.poll(() => budget.bytes).toBe(4 * large);
  expect(await text(begun(announced(large)))).toMatch(/^HTTP\/1\.1 429 [^]*retry-after: 1/i);
  for (const socket of open) socket.destroy();
  await expect.poll(() => budget.bytes).toBe(0);
});

it('charges what has come where nothing is announced', async () => {
  const socket = begun(chunked);
  socket.write(chunk(Buffer.alloc(1_000)));
  await expect.poll(() => budget.bytes).toBe(1_000);
  const answer = text(socket);
  socket.write('0\r\n\r\n');
  expect(await answer).toContain('1000');
  await expect.poll(() => budget.bytes).toBe(0);
});

it('answers a body that grows beyond its bound, and one that ends early frees its bytes', async () => {
  const socket = begun(chunked);
  const answer = text(socket);
  for (let sent = 0; sent <= limits.secretBodyBytesMax; sent += large / 6) {
    socket.write(chunk(Buffer.alloc(large / 6)));
  }
  expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
  const half = begun(announced(1_000));
  half.write('half');
  // It is small, and takes its place as it comes.
  await expect.poll(() => budget.bytes).toBe(4);
  half.destroy();
  await expect.poll(() => budget.bytes).toBe(0);
});

it.each([
  ['of a GET', 'GET', '/', 200],
  ['for a path that is none', 'POST', '/nowhere', 404],
])('reads little of a body %s, and ends its connection', async (_what, method, path, status) => {
  const socket = begun(announced(10 ** 9), method, path);
  let sentBytes = 0;
  const send = (): void => {
    while (!socket.destroyed && socket.writable) {
      sentBytes += 65_536;
      if (!socket.write(Buffer.alloc(65_536))) return;
    }
  };
  socket.on('drain', send);
  send();
  let answer = '';
  socket.on('data', (bytes) => (answer += bytes.toString()));
  await new Promise((resolve) => socket.once('close', resolve));
  expect(answer).toContain(` ${status} `);
  expect(sentBytes).toBeLessThan(64 * 1024 * 1024);
  expect(budget.bytes).toBe(0);
});

it('keeps the connection of a sender whose unwanted body is short', async () => {
  const socket = begun(announced(20), 'POST', '/nowhere');
  socket.write(`${'x'.repeat(20)}GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect(await text(socket)).toMatch(/ 404 [^]* 200 OK/);
});
