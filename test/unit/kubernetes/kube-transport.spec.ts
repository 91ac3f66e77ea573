import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { ClientClosed } from '../../../src/core/errors/client-closed.js';
import { BearerCredential } from '../../../src/kubernetes/bearer-credential.js';
import type { KubeCall } from '../../../src/kubernetes/kube-call.js';
import { KubeConnection } from '../../../src/kubernetes/kube-connection.js';
import { KubeTransport } from '../../../src/kubernetes/kube-transport.js';

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

const read: KubeCall = { method: 'GET', path: ['api', 'x'], effect: 'none', timeoutMs: 500 };
const write: KubeCall = { ...read, method: 'POST', body: {}, effect: 'write' };
const asSelf = { kind: 'self' } as const;
const noTls = {
  ca: undefined,
  cert: undefined,
  key: undefined,
  servername: undefined,
  rejectUnauthorized: true,
};

describe('KubeTransport', () => {
  const closing: (() => void)[] = [];
  afterEach(() => closing.splice(0).forEach((close) => close()));

  /** A server that answers as told, and the number of requests that it has seen. */
  async function serve(handler: Handler, token = 'own') {
    const seen: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      seen.push(request);
      request.resume();
      handler(request, response, seen.length);
    });
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => sockets.add(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A listening TCP server has an AddressInfo.
    const { port } = server.address() as AddressInfo;
    const stop = () => {
      server.close();
      sockets.forEach((socket) => socket.destroy());
    };
    closing.push(stop);
    const material = { token, tls: noTls };
    const connection = new KubeConnection({
      server: `http://127.0.0.1:${port}`,
      read: () => Promise.resolve(material),
    });
    return { transport: new KubeTransport(connection), seen, stop };
  }

  const reset: Handler = (request) => request.socket.resetAndDestroy();

  it('tells a refused connection from one that broke', async () => {
    const gone = await serve(reset);
    gone.stop();
    const code = 'Unavailable';
    await expect(gone.transport.send(write, asSelf)).rejects.toMatchObject({ code });
    const broken = await serve(reset);
    const unknown = broken.transport.send(write, asSelf);
    await expect(unknown).rejects.toMatchObject({ code: 'OutcomeUnknown' });
    expect(broken.seen).toHaveLength(1);
  });

  it('repeats a read once over a reset connection', async () => {
    const flaky = await serve((request, response, count) =>
      count === 1 ? request.socket.resetAndDestroy() : response.end('{}'),
    );
    const ids: string[] = [];
    await flaky.transport.send({ ...read, onUpstreamId: (id) => ids.push(id) }, asSelf);
    expect(ids).toEqual(flaky.seen.map(({ headers }) => headers['audit-id']));
    expect(new Set(ids).size).toBe(2);
    const broken = await serve(reset);
    await expect(broken.transport.send(read, asSelf)).rejects.toMatchObject({
      code: 'Unavailable',
    });
    expect(broken.seen).toHaveLength(2);
  });

  it('ends at its deadline', async () => {
    const { transport } = await serve(() => undefined);
    await expect(transport.send(read, asSelf)).rejects.toMatchObject({ code: 'Timeout' });
    const unknown = transport.send(write, asSelf);
    await expect(unknown).rejects.toMatchObject({ code: 'OutcomeUnknown' });
  });

  it("ends a read, but no write, at the caller's signal", async () => {
    const { transport, seen } = await serve((_, response) =>
      setTimeout(() => response.end('{}'), 100),
    );
    const signal = AbortSignal.timeout(30);
    const code = 'Unavailable';
    const cancelled = transport.send({ ...read, signal }, asSelf);
    const finished = transport.send({ ...write, signal }, asSelf);
    await expect(cancelled).rejects.toMatchObject({ code });
    expect((await finished).status).toBe(200);
    await expect(transport.send({ ...write, signal }, asSelf)).rejects.toMatchObject({ code });
    expect(seen).toHaveLength(2);
  });

  it('tells a client that left from other ends', async () => {
    const { transport } = await serve((_, response) => setTimeout(() => response.end('{}'), 100));
    const client = new AbortController();
    const { signal } = client;
    const cancelled = transport.send({ ...read, signal }, asSelf);
    setTimeout(() => client.abort('client'), 30);
    await expect(cancelled).rejects.toBeInstanceOf(ClientClosed);
    await expect(transport.send({ ...read, signal }, asSelf)).rejects.toBeInstanceOf(ClientClosed);
  });

  it('follows no redirect', async () => {
    const { transport, seen } = await serve((_, response) => {
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    await expect(transport.send(read, asSelf)).rejects.toMatchObject({ code: 'Unavailable' });
    expect(seen).toHaveLength(1);
  });

  it('bounds the answer', async () => {
    const { transport } = await serve((_, response) => response.end('x'.repeat(2_000)));
    const bounded = transport.send({ ...read, responseBytesMax: 1_000 }, asSelf);
    await expect(bounded).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('notices an answer that is cut off', async () => {
    const { transport } = await serve((request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{');
      setTimeout(() => request.socket.destroy(), 20);
    });
    await expect(transport.send(read, asSelf)).rejects.toMatchObject({ code: 'Unavailable' });
    const unknown = transport.send(write, asSelf);
    await expect(unknown).rejects.toMatchObject({ code: 'OutcomeUnknown' });
  });

  it.each([429, 503])('asks again after %i, for reads and a bounded number', async (status) => {
    const { transport, seen } = await serve((_, response) => {
      response.writeHead(status, { 'retry-after': '0' }).end();
    });
    expect((await transport.send(read, asSelf)).status).toBe(status);
    expect(seen).toHaveLength(3);
    expect((await transport.send(write, asSelf)).status).toBe(status);
    expect(seen).toHaveLength(4);
  });

  it('waits no longer than its deadline', async () => {
    const { transport, seen } = await serve((_, response) => {
      response.writeHead(503, { 'retry-after': '5' }).end();
    });
    expect((await transport.send(read, asSelf)).status).toBe(503);
    expect(seen).toHaveLength(1);
  });

  it("sends a caller's token in place of its own", async () => {
    const { transport, seen } = await serve((_, response) => response.end('{}'));
    const credential = new BearerCredential('callers-token');
    await transport.send(read, { kind: 'bearer', credential });
    await transport.send(read, asSelf);
    const sent = seen.map(({ headers }) => headers.authorization);
    expect(sent).toEqual(['Bearer callers-token', 'Bearer own']);
    const printed = `${String(credential)}${JSON.stringify(credential)}${inspect(credential)}`;
    expect(printed).not.toContain('callers');
    expect(() => new BearerCredential('a\r\nImpersonate-User: x')).toThrow(TypeError);
  });

  it.each([[[]], [['Impersonate-User', '']], [['Impersonate-User', ' ']], [['X', 'alice']]])(
    'sends nothing impersonated with the headers %j',
    async (headers) => {
      const { transport, seen } = await serve((_, response) => response.end('{}'));
      const nobody = { kind: 'impersonated', headers } as const;
      await expect(transport.send(read, nobody)).rejects.toThrow(TypeError);
      expect(seen).toHaveLength(0);
    },
  );

  it('keeps the path in its place', async () => {
    const { transport, seen } = await serve((_, response) => response.end('{}'));
    const query = { a: 'x&y=z', b: undefined, c: 'é' };
    await transport.send({ ...read, path: ['api', 'a?b#c%2f', '…'], query }, asSelf);
    expect(seen[0]?.url).toBe('/api/a%3Fb%23c%252f/%E2%80%A6?a=x%26y%3Dz&c=%C3%A9');
    for (const name of ['', '.', '..', 'a/b']) {
      const call = { ...read, path: ['api', name] };
      await expect(transport.send(call, asSelf)).rejects.toMatchObject({ code: 'BadRequest' });
    }
  });
});

it.each(['http://10.0.0.1:8080', 'http://127.0.0.1.example.com', 'ftp://127.0.0.1'])(
  'does not talk to %s',
  (server) => {
    const source = { server, read: () => Promise.reject(new Error('not read')) };
    expect(() => new KubeConnection(source)).toThrow('https');
  },
);
