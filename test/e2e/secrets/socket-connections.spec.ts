import { connect } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { limits } from '../../../src/core/limits.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { send, sendBytes } from '../../support/raw-http.js';
import { followed } from '../../support/secrets-world.js';
import { SocketClient, type SocketOptions } from '../../support/socket-client.js';
import { TlsWorld } from '../../support/tls-files.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { RefusalRecorder } from '../../../src/platform/http/refusal-recorder.js';
import { partOf } from '../../support/part-of.js';

const query = 'subscription { secretChanged(namespace: "pay") { type } }';
const handshake = [
  'GET /graphql HTTP/1.1',
  'Host: x',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Protocol: graphql-transport-ws',
];

let tls: TlsWorld;
let installation: TestInstallation;
let plain: string;
let secure: string;
let token: string;
const clients: SocketClient[] = [];

beforeAll(async () => {
  tls = await TlsWorld.create();
  installation = await TestInstallation.start({
    listen: { port: 0, tls: { port: 0, ...tls.files } },
    limits: { requestsPerSecond: 10_000, burst: 10_000, failedCredentialsPerMinute: 1_000 },
  });
  [plain = '', secure = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  await followed(installation, 'pay');
  token = await installation.user('pay', 'app', [allOfSecrets]);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(async () => {
  await installation.stop();
  tls.remove();
});

async function opened(options: SocketOptions = {}, base = plain): Promise<SocketClient> {
  const client = await SocketClient.open(base, { ca: tls.ca, ...options });
  clients.push(client);
  return client;
}

/** The answer to an upgrade that is refused. */
async function refusal(fields: readonly string[]): Promise<string> {
  return sendBytes(plain, `${fields.join('\r\n')}\r\n\r\n`);
}

/** Of clients: what the gateway does by itself has no address. */
async function lastEvents(limit = 1) {
  const audit = partOf(installation.gateway, AuditService);
  const refusals = partOf(installation.gateway, RefusalRecorder);
  // Beyond the first few they are counted.
  await refusals.flush();
  return (await audit.list({ sourceIp: '127.0.0.1' }, { limit })).items;
}

/** The same with a connection that ends with its answer. */
function closing(fields: readonly string[]): readonly string[] {
  return fields.map((field) => field.replace(/^Connection: /, 'Connection: close, '));
}

const init = (payload?: object) => ({ type: 'connection_init', ...(payload ? { payload } : {}) });

describe('a connection', () => {
  it.each(['plain', 'tls'])(
    'knows its caller by the header of the upgrade: %s',
    async (listener) => {
      const client = await opened({ token }, listener === 'tls' ? secure : plain);
      client.send(init());
      await client.frame(({ type }) => type === 'connection_ack');
      client.subscribe('1', query);
      await client.frame(({ id, type }) => id === '1' && type === 'next');
      const [event] = await lastEvents();
      expect(event).toMatchObject({
        action: 'secrets.watch',
        user: 'system:serviceaccount:pay:app',
      });
    },
  );

  it('knows its caller by a client certificate', async () => {
    const identity = await tls.client({ commonName: 'alice' });
    const client = await opened({ cert: identity.certificate, key: identity.key }, secure);
    client.send(init());
    await client.frame(({ type }) => type === 'connection_ack');
    client.subscribe('1', query);
    expect((await client.errors('1'))[0]?.extensions.code).toBe('Forbidden');
    expect((await lastEvents())[0]).toMatchObject({ user: 'alice', outcome: 'denied' });
  });

  it('is told which variable is wrong, and what it must be, without its value', async () => {
    const client = await opened({ token });
    client.send(init());
    await client.frame(({ type }) => type === 'connection_ack');
    const declared = 'subscription ($n: String!) { secretChanged(namespace: $n) { __typename } }';
    const payload = { query: declared, variables: { n: { canary: 'hunter2' } } };
    client.send({ id: '1', type: 'subscribe', payload });
    const frame = await client.frame(({ id, type }) => id === '1' && type === 'error');
    expect(frame).toMatchObject({
      payload: [{ message: 'Variable "$n" is not valid: must be a value of type "String"' }],
    });
    expect(JSON.stringify(frame)).not.toContain('hunter2');
  });

  it('takes nothing but the token from connection_init', async () => {
    const client = await opened();
    client.send(
      init({
        authorization: `Bearer ${token}`,
        Authorization: 'Bearer other',
        'impersonate-user': 'system:admin',
        'x-forwarded-for': '6.6.6.6',
        'x-change-reason': 'planted',
        headers: { 'impersonate-user': 'system:admin' },
      }),
    );
    await client.frame(({ type }) => type === 'connection_ack');
    client.subscribe('1', query);
    await client.frame(({ id, type }) => id === '1' && type === 'next');
    const [event] = await lastEvents();
    expect(event).toMatchObject({ user: 'system:serviceaccount:pay:app', sourceIp: '127.0.0.1' });
    expect(JSON.stringify(event)).not.toMatch(/system:admin|6\.6\.6\.6|planted/);
  });

  it('answers its upgrade with the ids of its events', async () => {
    const client = new SocketClient(plain, { token, headers: { 'x-request-id': 'mine-1' } });
    clients.push(client);
    const isOpen = once(client.socket, 'open');
    const [response] = (await once(client.socket, 'upgrade')) as [
      { readonly headers: Record<string, string> },
    ];
    expect(response.headers['x-request-id']).toBe('mine-1');
    await isOpen;
    client.send(init());
    await client.frame(({ type }) => type === 'connection_ack');
    client.subscribe('1', query.replace('"pay"', '"kube-system"'));
    const [error] = await client.errors('1');
    expect(error?.extensions['requestId']).toBe('mine-1');
    const [event] = await lastEvents();
    expect(event).toMatchObject({ auditId: error?.extensions['auditId'] });
    expect(event?.parentId).toBe(response.headers['audit-id']);
  });

  it('may be opened by a page of the address itself, and of no other', async () => {
    const { host } = new URL(plain);
    const client = await opened({ headers: { origin: `http://${host}` } });
    client.close();
    for (const origin of ['https://evil.example', 'null', `http://${host}.evil.example`]) {
      const answer = await refusal([...handshake, `Origin: ${origin}`]);
      expect(answer).toMatch(/^HTTP\/1\.1 403 /);
      expect((await lastEvents())[0]).toMatchObject({ action: 'auth.refused', code: 403 });
    }
  });
});

describe('a connection is closed', () => {
  it.each([
    ['4401 for a wrong token', [init({ authorization: 'Bearer wrong' })], 4401],
    ['4401 for no token', [init()], 4401],
    [
      '4401 for a subscription before it',
      [{ id: '1', type: 'subscribe', payload: { query } }],
      4401,
    ],
    ['4400 for a token that is no text', [init({ authorization: { a: 1 } })], 4400],
    ['4400 for no JSON', ['hunter2'], 4400],
    ['4400 for a member given twice', ['{"type":"ping","type":"ping"}'], 4400],
    ['4400 for a message of servers', [{ type: 'connection_ack' }], 4400],
    ['4400 for an unknown message', [{ type: 'hunter2' }], 4400],
  ])('with %s', async (_name, messages, code) => {
    const client = await opened();
    for (const message of messages) client.send(message);
    const closed = await client.closed;
    expect(closed.code).toBe(code);
    expect(closed.reason).not.toContain('hunter2');
  });

  it.each([
    ['4429 for a second connection_init', [init(), init()], 4429],
    ['4400 for a second credential', [init({ authorization: 'Bearer other' })], 4400],
    [
      '4409 for an id that is in use',
      [init(), ...['7', '7'].map((id) => ({ id, type: 'subscribe', payload: { query } }))],
      4409,
    ],
    ['4400 for an id that is too long', [init(), { id: 'x'.repeat(129), type: 'complete' }], 4400],
    [
      '4400 for a query that is no text',
      [init(), { id: '1', type: 'subscribe', payload: { query: { kind: 'Document' } } }],
      4400,
    ],
    ['1009 for a message that is too long', ['x'.repeat(limits.socketMessageBytesMax + 1)], 1009],
  ])('with %s, where the caller is known', async (_name, messages, code) => {
    const client = await opened({ token });
    for (const [index, message] of messages.entries()) {
      client.send(message);
      if (index === 0 && messages.length > 1) {
        await client.frame(({ type }) => type === 'connection_ack');
      }
    }
    expect((await client.closed).code).toBe(code);
  });

  it('with 4400 for bytes, and 1007 for what is no UTF-8', async () => {
    const client = await opened();
    client.socket.send(Buffer.from('{"type":"ping"}'), { binary: true });
    expect((await client.closed).code).toBe(4400);
    const other = await opened();
    other.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect((await other.closed).code).toBe(1007);
  });

  it('with 4408 where nothing has said in time who it is, and that is on record', async () => {
    const client = await opened();
    expect((await client.closed).code).toBe(4408);
    expect((await lastEvents())[0]).toMatchObject({ action: 'auth.refused', code: 401 });
  });

  it('with 4401 only once the refusal is on record', async () => {
    const client = await opened();
    client.send(init({ authorization: 'Bearer wrong-again' }));
    await client.closed;
    const [event] = await lastEvents();
    expect(event).toMatchObject({ action: 'auth.refused', code: 401, sourceIp: '127.0.0.1' });
    expect(JSON.stringify(event)).not.toContain('wrong-again');
  });
});

describe('an upgrade is refused', () => {
  it.each([
    ['a wrong token', ['Authorization: Bearer wrong'], 401],
    ['two tokens', ['Authorization: Bearer a', 'Authorization: Bearer b'], 400],
    ['Impersonate-User', ['Impersonate-User: root'], 400],
    ['two Hosts', ['Host: y'], 400],
    ['an unknown expectation', ['Expect: hunter2'], 400],
  ])('as any request is, with a problem, for %s', async (_name, fields, status) => {
    const answer = await refusal([...handshake, ...fields]);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect((await lastEvents())[0]).toMatchObject({ action: 'auth.refused', code: status });
  });

  it.each([
    ['no key', (field: string) => !field.startsWith('Sec-WebSocket-Key')],
    ['no version', (field: string) => !field.startsWith('Sec-WebSocket-Version')],
    ['no Host', (field: string) => !field.startsWith('Host')],
  ])('with 400 where it has %s', async (_name, isKept) => {
    const answer = await refusal(handshake.filter(isKept));
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"BadRequest"');
  });

  it.each([
    ['/graphql?x=1', 401],
    ['/graphql/', 401],
    ['//graphql', 400],
    ['/%67raphql', 400],
    ['/v1/secrets', 401],
    ['/kubernetes/api/v1/pods', 401],
    ['/livez', 200],
  ])('as if it had not been offered at %s', async (target, status) => {
    const [, ...fields] = handshake;
    const answer = await refusal([`GET ${target} HTTP/1.1`, ...closing(fields)]);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it('as if it had not been offered, for another subprotocol or a body', async () => {
    for (const fields of [
      handshake.map((field) => field.replace('graphql-transport-ws', 'graphql-ws')),
      [...handshake, 'Content-Length: 0'],
    ]) {
      expect(await refusal(closing(fields))).toMatch(/^HTTP\/1\.1 401 /);
    }
    const known = await send(plain, { path: '/graphql', token });
    expect([known.status, known.headers['allow']]).toEqual([405, 'POST']);
  });
});

describe('the process', () => {
  it('outlives 200 connections that are none', async () => {
    const { port } = new URL(plain);
    const bad = Array.from({ length: 200 }, async (_item, index) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined).resume();
      await once(socket, 'connect');
      socket.write(`${handshake.join('\r\n')}\r\n\r\n`);
      const frames = [
        Buffer.from([0x81, 0x02, 0x7b, 0x7d]), // not masked
        Buffer.from([0xf1, 0x80, 0, 0, 0, 0]), // reserved bits
        Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
        Buffer.from([0x88, 0x81, 0, 0, 0, 0, 0x01]), // a close without a code
        Buffer.from([0x80, 0x80, 0, 0, 0, 0]), // the rest of nothing
        Buffer.from('GET /graphql HTTP/1.1\r\n\r\n'),
        Buffer.alloc(0),
      ];
      socket.write(frames[index % frames.length] ?? '');
      if (index % 3 === 0) socket.resetAndDestroy();
      else socket.end();
      await once(socket, 'close');
    });
    await Promise.all(bad);
    expect((await send(plain, { path: '/v1/whoami', token })).status).toBe(200);
  });

  it('outlives upgrades that come behind other requests, or before their answers', async () => {
    const read = `GET /v1/whoami HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    const upgrade = `${handshake.join('\r\n')}\r\n\r\n`;
    for (const bytes of [
      read + upgrade,
      read + read + upgrade,
      upgrade + read,
      upgrade + upgrade,
    ]) {
      const { port } = new URL(plain);
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => undefined).resume();
      socket.write(bytes);
      const closed = once(socket, 'close');
      await vi.waitFor(() => expect(socket.bytesWritten).toBe(bytes.length));
      socket.end();
      await closed;
    }
    expect((await send(plain, { path: '/v1/whoami', token })).status).toBe(200);
  });

  it('lets browsers and libraries that send no origin connect', async () => {
    const socket = new globalThis.WebSocket(
      `${plain.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
    );
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    socket.close();
    expect(WebSocket.OPEN).toBe(1);
  });

  it('logs one line for a connection, without what it has said', () => {
    const lines = installation.log.filter((line) => line.includes('"status":101'));
    expect(lines.length).toBeGreaterThan(0);
    expect(installation.log.join('')).not.toMatch(/hunter2|wrong-again|secretChanged\(/);
  });
});
