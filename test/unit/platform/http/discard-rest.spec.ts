import { type Server, createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import { discardRest, hasBody } from '../../../../src/platform/http/discard-rest.js';

let server: Server;
afterEach(() => new Promise<void>((resolve) => void server.close(() => resolve())));

it('ends a connection whose body does not come to an end, once the answer has had its time', async () => {
  server = createServer((request, response) => {
    discardRest(request, response);
    response.end('refused');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nbegun');
  let answer = '';
  socket.on('data', (bytes) => (answer += bytes.toString()));
  const startedAtMs = performance.now();
  await new Promise((resolve) => socket.once('close', resolve));
  expect(answer).toContain('refused');
  expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(limits.unwantedBodyMsMax - 50);
});

it('knows a body by its header fields', () => {
  server = createServer();
  expect(hasBody({})).toBe(false);
  expect(hasBody({ 'content-length': '0' })).toBe(true);
  expect(hasBody({ 'transfer-encoding': 'chunked' })).toBe(true);
});
