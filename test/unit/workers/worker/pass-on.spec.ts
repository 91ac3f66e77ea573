import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type RequestListener, type Server, createServer, request } from 'node:http';
import { type AddressInfo, type Socket, connect, createServer as createListener } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MainDoor } from '../../../../src/workers/main/main-door.js';
import { PassOn } from '../../../../src/workers/worker/pass-on.js';
import { send, sendBytes } from '../../../support/raw-http.js';

let dir: string;
let door: MainDoor;
let worker: Server;
let base: string;
let onRequest: RequestListener;
let known: () => Promise<void>;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-pass-'));
  const path = join(dir, 'main.sock');
  const refuse = (_error: Error, socket: { destroy(): unknown }): void => void socket.destroy();
  known = () => Promise.resolve();
  door = new MainDoor({
    connectionsMax: 100,
    path,
    server: {},
    onRequest: (message, response) => onRequest(message, response),
    onParserError: refuse,
  });
  await door.listen();
  const passOn = new PassOn({
    socketPath: path,
    known: () => known(),
    onPass: () => undefined,
    refuse,
  });
  worker = createServer((message, response) => passOn.pass(message, response));
  worker.listen(0, '127.0.0.1');
  await once(worker, 'listening');
  base = `http://127.0.0.1:${(worker.address() as AddressInfo).port}`;
});

afterEach(async () => {
  worker.closeAllConnections();
  worker.close();
  await door.close();
  rmSync(dir, { recursive: true, force: true });
});

it('shows the main process the client, and not the worker', async () => {
  onRequest = ({ socket: { remoteAddress } }, response) => response.end(remoteAddress);
  expect(await send(base, { path: '/' })).toMatchObject({ status: 200, text: '127.0.0.1' });
});

it('does not believe a connection that begins with anything else', async () => {
  const asked = vi.fn<RequestListener>((_message, response) => response.end());
  onRequest = asked;
  const socket = connect(join(dir, 'main.sock'));
  socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  expect(await text(socket)).toBe('');
  expect(asked).not.toHaveBeenCalled();
});

it('holds the answer to a write back until it is known, and no answer to a read', async () => {
  onRequest = ({ method }, response) => response.end(method);
  const { promise, resolve } = Promise.withResolvers<void>();
  known = () => promise;
  let isAnswered = false;
  const write = send(base, { method: 'PUT', path: '/', body: 'x' }).finally(() => {
    isAnswered = true;
  });
  expect(await send(base, { path: '/' })).toMatchObject({ text: 'GET' });
  expect(isAnswered).toBe(false);
  resolve();
  expect(await write).toMatchObject({ text: 'PUT' });
});

it('answers no write of which it cannot be known', async () => {
  onRequest = (_message, response) => response.end('made');
  known = () => Promise.reject(new Error('no answer'));
  await expect(send(base, { method: 'PUT', path: '/', body: 'x' })).rejects.toThrow('hang up');
});

it('ends the answer at the main process when its client leaves', async () => {
  const ended = Promise.withResolvers<void>();
  onRequest = (_message, response) => {
    response.once('close', () => ended.resolve());
    response.write('first');
  };
  const outgoing = request(base).end();
  outgoing.on('error', () => undefined);
  await once(outgoing, 'response');
  outgoing.destroy();
  await ended.promise;
});

it('ends the request at the main process when its client leaves in the middle', async () => {
  const aborted = Promise.withResolvers<void>();
  onRequest = (message) => {
    message.resume().once('error', () => aborted.resolve());
  };
  const outgoing = request(base, { method: 'PUT', headers: { 'content-length': '10' } });
  outgoing.on('error', () => undefined).write('half');
  await once(worker, 'request');
  outgoing.destroy();
  await aborted.promise;
});

it('cuts an answer off where the main process does', async () => {
  onRequest = (_message, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('half', () => response.destroy());
  };
  await expect(send(base, { path: '/' })).rejects.toThrow('aborted');
});

it('leaves a request unanswered that the main process has left', async () => {
  onRequest = (_message, response) => void response.destroy();
  await expect(send(base, { path: '/' })).rejects.toThrow('hang up');
});

it('tells the client the end of his connection, and nothing else about that to the main one', async () => {
  onRequest = ({ headers: { connection, upgrade } }, response) => {
    response.setHeader('connection', 'close');
    response.end(JSON.stringify([connection, upgrade ?? null]));
  };
  const headers = { connection: 'upgrade', upgrade: 'h2c' };
  const answer = await send(base, { path: '/', headers });
  expect(answer.json()).toEqual(['keep-alive', null]);
  expect(answer.headers.connection).toBe('close');
});

it('opens no connection for requests of a client that has left', async () => {
  const opened: Socket[] = [];
  const silent = createListener((socket) => opened.push(socket.resume()));
  silent.listen(join(dir, 'silent.sock'));
  await once(silent, 'listening');
  const parts = { known: () => known(), onPass: () => undefined, refuse: () => undefined };
  const passOn = new PassOn({ socketPath: join(dir, 'silent.sock'), ...parts });
  const other = createServer((message, response) => passOn.pass(message, response));
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const client = connect((other.address() as AddressInfo).port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(3));
  await vi.waitFor(() => expect(opened).toHaveLength(1));
  client.destroy();
  await vi.waitFor(() => expect(opened[0]?.destroyed).toBe(true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(opened).toHaveLength(1);
  other.close();
  silent.close();
});

it('passes a request on that announces trailers, without them', async () => {
  onRequest = (message, response) => {
    void text(message).then((body) => response.end(body + String(message.headers.trailer)));
  };
  const answer = await sendBytes(
    base,
    'PUT / HTTP/1.1\r\nhost: a\r\ntrailer: x\r\ncontent-length: 4\r\nconnection: close\r\n\r\nbody',
  );
  expect(answer).toContain('bodyundefined');
});
