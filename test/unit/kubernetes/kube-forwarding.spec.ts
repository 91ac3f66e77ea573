import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RefusedByCluster } from '../../../src/core/errors/refused-by-cluster.js';
import { type SallyportError, toSallyportError } from '../../../src/core/errors/sallyport-error.js';
import { BearerCredential } from '../../../src/kubernetes/bearer-credential.js';
import type { KubeCall } from '../../../src/kubernetes/kube-call.js';
import { forward, openForwarded } from '../../../src/kubernetes/kube-forwarding.js';
import type { KubeTransport } from '../../../src/kubernetes/kube-transport.js';
import { textOf } from '../kubectl/facade.builder.js';
import { LoopbackApi } from './loopback-api.js';

const path = ['api', 'v1', 'namespaces', 'pay', 'secrets'];
const read = { method: 'GET', path, effect: 'none', timeoutMs: 5_000 } as const;
const write: KubeCall = { ...read, method: 'POST', effect: 'write', rawBody: Buffer.from('{}') };
const json = { 'content-type': 'application/json' };
const actors = {
  caller: { kind: 'caller', username: 'alice' },
  bearer: { kind: 'bearer' },
  self: { kind: 'self' },
} as const;
const identities = {
  caller: { kind: 'impersonated', headers: ['Impersonate-User', 'alice'] },
  bearer: { kind: 'bearer', credential: new BearerCredential('callers') },
  self: { kind: 'self' },
} as const;
type Actor = keyof typeof actors;

/** Odd white space, so that it can be told whether the bytes are the same. */
const statusOf = (code: number, reason: string, message = 'in its words') =>
  `{ "kind":"Status","apiVersion":"v1", "reason":"${reason}","message":${JSON.stringify(message)},
  "code":${code} }\n`;

describe('what is forwarded to the API server', () => {
  const api = new LoopbackApi();
  let transport: KubeTransport;
  beforeAll(async () => {
    transport = await api.start();
  });
  afterAll(() => {
    transport.close();
    api.stop();
  });
  beforeEach(() => void api.received.splice(0));

  function answering(status: number, headers: object, body: string | Buffer = '') {
    api.answering = (response) => response.writeHead(status, { ...headers }).end(body);
  }
  const send = (call: KubeCall = read, as: Actor = 'caller') =>
    forward(transport, call, identities[as], actors[as]);
  const open = (call: Partial<KubeCall> = {}, as: Actor = 'caller') =>
    openForwarded(transport, { ...read, ...call, effect: 'none' }, identities[as], actors[as]);
  const refusal = (answer: Promise<unknown>): Promise<SallyportError> =>
    answer.then(() => Promise.reject(new Error('it was not refused')), toSallyportError);

  describe('as a request', () => {
    it('has its bytes, and of header fields those of the gateway', async () => {
      answering(201, json, '{}');
      const rawBody = Buffer.from('kind: Secret # ä\n');
      const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
      await send({ ...write, rawBody, contentType: 'application/yaml', accept });
      const [{ method, headers, body } = {}] = api.received;
      expect([method, body]).toEqual(['POST', rawBody]);
      const { host, 'audit-id': auditId, ...others } = headers ?? {};
      expect([host, auditId]).toEqual([expect.any(String), expect.any(String)]);
      expect(others).toEqual({
        ...{ accept, 'user-agent': 'sallyport', 'content-type': 'application/yaml' },
        ...{ 'content-length': String(rawBody.byteLength), connection: 'keep-alive' },
        ...{ authorization: 'Bearer own', 'impersonate-user': 'alice' },
      });
    });

    it('has parameters that come more than once, in their order', async () => {
      answering(200, json, '{}');
      const parameters = [
        ['dryRun', 'All'],
        ['labelSelector', 'a in (b,c)&d'],
        ['dryRun', 'All'],
        ['', 'ä'],
      ] as const;
      await send({ ...read, parameters });
      const query = '?dryRun=All&labelSelector=a+in+%28b%2Cc%29%26d&dryRun=All&=%C3%A4';
      expect(api.received[0]?.url).toBe(`/${path.join('/')}${query}`);
    });

    it('has the conditions that it was made with', async () => {
      answering(200, json, '{}');
      await send({ ...read, conditions: { 'if-none-match': '"U"', 'accept-encoding': 'gzip' } });
      expect(api.received[0]?.headers).toMatchObject({
        ...{ 'if-none-match': '"U"', 'accept-encoding': 'gzip' },
      });
    });
  });

  describe('comes back', () => {
    const published = {
      ...{ 'cache-control': 'public', etag: '"U"', vary: 'Accept', 'content-encoding': 'gzip' },
      'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
    };
    const untold = {
      ...{ 'audit-id': 'theirs', 'set-cookie': 'a=b', server: 'x', 'www-authenticate': 'Basic' },
      ...{ 'x-kubernetes-pf-flowschema-uid': 'u', 'strict-transport-security': 'max-age=1' },
    };
    const told = { ...json, warning: ['299 - "old"', '299 - "odd"'], 'retry-after': '1' };
    const joined = { ...told, warning: '299 - "old", 299 - "odd"' };

    it('with its very bytes and its type', async () => {
      const body = Buffer.from([0x7b, 0x20, 0xff, 0x00, 0x7d]);
      answering(202, { 'content-type': 'application/json;profile=x' }, body);
      const answer = await send();
      expect(answer.body).toEqual(body);
      expect([answer.status, answer.headers]).toEqual([
        202,
        { 'content-type': 'application/json;profile=x' },
      ]);
    });

    it('without header fields but those that a client is told', async () => {
      answering(200, { ...told, ...published, ...untold }, '{}');
      expect((await send()).headers).toEqual(joined);
      expect((await open()).headers).toEqual(joined);
    });

    it('with those of what is published where it was asked for as such', async () => {
      answering(200, { ...told, ...published, ...untold }, '{}');
      const conditions = {};
      const all = { ...joined, ...published };
      expect((await send({ ...read, conditions }, 'self')).headers).toEqual(all);
      expect((await open({ conditions }, 'self')).headers).toEqual(all);
    });

    it('as known already where that was asked, and never else', async () => {
      answering(304, { etag: '"U"' });
      const conditions = { 'if-none-match': '"U"' };
      const known = { status: 304, headers: { etag: '"U"' } };
      expect(await send({ ...read, conditions })).toEqual({ ...known, body: Buffer.alloc(0) });
      const { chunks, ...head } = await open({ conditions });
      expect(head).toEqual(known);
      expect(await textOf(chunks)).toBe('');
      for (const answer of [send(), open()]) {
        await expect(answer).rejects.toMatchObject({ code: 'Unavailable' });
      }
      await expect(send(write)).rejects.toMatchObject({ code: 'OutcomeUnknown' });
    });

    it('as it comes where it is opened, until its reader ends it', async () => {
      const isClosed = Promise.withResolvers<void>();
      api.answering = (response) => {
        response.once('close', () => isClosed.resolve());
        response.writeHead(200, json).write('{"type":"ADDED"}\n');
      };
      const { status, headers, chunks } = await open();
      expect([status, headers]).toEqual([200, json]);
      for await (const chunk of chunks) {
        expect(chunk.toString()).toBe('{"type":"ADDED"}\n');
        break;
      }
      await isClosed.promise;
    });

    it('no longer than its call', async () => {
      const call = new AbortController();
      const isClosed = Promise.withResolvers<void>();
      api.answering = (response) => {
        response.once('close', () => isClosed.resolve());
        response.writeHead(200, json).write('{');
      };
      const { chunks } = await open({ signal: call.signal });
      const reading = textOf(chunks);
      call.abort();
      await expect(reading).rejects.toThrow('ended by deadline or caller');
      await isClosed.promise;
    });
  });

  describe('is refused', () => {
    const denial = 'secrets is forbidden: User "alice" cannot list resource "secrets"';

    it.each([
      [400, 'BadRequest', 'BadRequest'],
      [403, 'Forbidden', 'Forbidden'],
      [404, 'NotFound', 'NotFound'],
      [405, 'MethodNotAllowed', 'MethodNotAllowed'],
      [409, 'AlreadyExists', 'AlreadyExists'],
      [410, 'Expired', 'Expired'],
      [413, 'RequestEntityTooLarge', 'TooLarge'],
      [415, 'UnsupportedMediaType', 'UnsupportedMediaType'],
      [422, 'Invalid', 'Invalid'],
      [429, 'TooManyRequests', 'TooManyRequests'],
      [500, 'InternalError', 'Unavailable'],
      [504, 'Timeout', 'Timeout'],
    ] as const)('with %i %s in its own words, as our %s', async (status, reason, code) => {
      const body = statusOf(status, reason, status === 403 ? denial : undefined);
      answering(status, { ...json, 'retry-after': '600', 'audit-id': 'theirs' }, body);
      for (const answer of [send(), open(), send(read, 'bearer')]) {
        const error = await refusal(answer);
        expect(error).toBeInstanceOf(RefusedByCluster);
        expect(error).toMatchObject({
          code,
          answer: { status, headers: { ...json, 'retry-after': '600' } },
        });
        expect((error as RefusedByCluster).answer.body.toString()).toBe(body);
      }
    });

    it('in its own words also where a write may have happened', async () => {
      answering(500, json, statusOf(500, 'InternalError'));
      const error = await refusal(send(write));
      expect(error).toBeInstanceOf(RefusedByCluster);
      expect(error.code).toBe('OutcomeUnknown');
      expect(api.received).toHaveLength(1);
    });

    it.each([
      [401, 'Unauthorized', 'Unauthorized', 'caller'],
      [401, 'Unauthorized', 'Unauthorized', 'self'],
      [403, 'Forbidden', 'users "alice" is forbidden: User "gw" cannot impersonate', 'caller'],
      [403, 'Forbidden', 'x is forbidden: User "gw" cannot get resource "x"', 'caller'],
      [403, 'Forbidden', 'x is forbidden: User "gw" cannot get resource "x"', 'self'],
    ] as const)('%i as the gateway, in none of its words (%s: %s, %s)', async (...row) => {
      const [status, reason, message, as] = row;
      answering(status, json, statusOf(status, reason, message));
      for (const answer of [send(read, as), open({}, as)]) {
        const error = await refusal(answer);
        expect(error).not.toBeInstanceOf(RefusedByCluster);
        expect(error).toMatchObject({
          code: 'Unavailable',
          message: 'the gateway is not set up to do this',
        });
      }
    });

    it("with 401 in its own words where the caller's token was sent", async () => {
      answering(401, json, statusOf(401, 'Unauthorized'));
      const error = await refusal(send(read, 'bearer'));
      expect(error).toBeInstanceOf(RefusedByCluster);
      expect(error.code).toBe('Unauthenticated');
    });

    it.each([
      [403, 'text/html', '<p>the proxy says no: hunter2</p>'],
      [404, 'text/plain', '404 page not found hunter2'],
      [404, 'application/json', '{"kind":"Secret","apiVersion":"v1","data":"hunter2"}'],
      [409, 'application/json', '{"kind":"Status","apiVersion":"v2","message":"hunter2"}'],
      [422, 'application/json', '{"kind":"Status", hunter2'],
      [502, 'text/html', 'hunter2'],
    ])('with %i %s by somebody else, in none of his words', async (status, type, body) => {
      answering(status, { 'content-type': type }, body);
      for (const answer of [send(), open(), send(read, 'bearer')]) {
        const error = await refusal(answer);
        expect(error).not.toBeInstanceOf(RefusedByCluster);
        expect(error).toMatchObject({ code: 'Unavailable' });
        expect(`${error.message} ${error.internal}`).not.toContain('hunter2');
      }
    });

    it('as unknown where a write has no whole answer', async () => {
      api.answering = (response) => {
        response.writeHead(200, { 'content-length': 9 }).flushHeaders();
        response.socket?.destroy();
      };
      await expect(send(write)).rejects.toMatchObject({ code: 'OutcomeUnknown' });
      await expect(send()).rejects.toMatchObject({ code: 'Unavailable' });
    });
  });
});
