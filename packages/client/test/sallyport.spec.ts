import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { Sallyport } from '../src/sallyport.js';
import { SallyportError } from '../src/sallyport-error.js';
import { tokenFromFile } from '../src/token.js';
import {
  type Answering,
  SaidGateway,
  bytes,
  cut,
  half,
  json,
  problem,
  unchanged,
} from './gateway.builder.js';

let gateway: SaidGateway;
afterEach(() => gateway?.stop());

const said = async (...answers: readonly Answering[]) => {
  gateway = await SaidGateway.start(...answers);
  return gateway.client();
};
const html =
  (status: number): Answering =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'text/html' }).end('<p>log in');
const redirect: Answering = (response) =>
  void response.writeHead(307, { location: 'http://127.0.0.1:1/elsewhere' }).end();
const written = { namespace: 'shop', name: 'db', changes: null, warnings: [] };

describe('a kubeconfig', () => {
  it('names the file of the token, and is text', async () => {
    const client = await said(bytes('apiVersion: v1\n'));
    expect((await client.access.kubeconfig('/run/a b')).content).toBe('apiVersion: v1\n');
    expect(gateway.asked[0]?.path).toBe('/v1/kubeconfig?tokenFile=%2Frun%2Fa+b');
  });
});

describe('a read', () => {
  it.each([
    ['a lost connection', cut],
    ['half a body', half],
    ['a proxy without a backend', json(502, {})],
    ['Unavailable', problem(503, 'Unavailable')],
    ['TooManyRequests', problem(429, 'TooManyRequests')],
  ])('is repeated after %s', async (_, failure) => {
    const client = await said(failure, bytes('v-1', { etag: '"1"' }));
    const { content, etag } = await client.keys.get('shop', 'db', 'password');
    expect([content.revealText(), etag, gateway.asked.length]).toEqual(['v-1', '"1"', 2]);
  });

  it('fails after as many repetitions as are allowed', async () => {
    const client = await said(cut);
    await expect(client.keys.get('shop', 'db', 'password')).rejects.toMatchObject({
      code: 'Unreachable',
      status: undefined,
    });
    expect(gateway.asked).toHaveLength(4);
  });

  it('is not repeated after a refusal, which has its ids and places', async () => {
    const client = await said(
      problem(404, 'NotFound', { 'x-request-id': 'r-1', 'audit-id': 'a-1' }),
    );
    const failed = await client.keys.get('shop', 'db', 'password').catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(SallyportError);
    expect(failed).toMatchObject({
      code: 'NotFound',
      status: 404,
      requestId: 'r-1',
      auditId: 'a-1',
    });
    expect(gateway.asked).toHaveLength(1);
  });

  it.each([
    ['a page of something else', html(200)],
    ['a refusal of a proxy', html(403)],
    ['an unasked 304', unchanged('"1"')],
    ['a redirect', redirect],
  ])('is no value and not repeated after %s', async (_, answer) => {
    const client = await said(answer);
    const read = client.keys.get('shop', 'db', 'password');
    await expect(read).rejects.toMatchObject({ code: 'InvalidResponse' });
    expect(gateway.asked).toHaveLength(1);
  });

  it('ends with the signal, also while the token or the body is waited for', async () => {
    const started = (response: ServerResponse) => {
      response.writeHead(200, { 'x-request-id': 'r-1' }).write('v');
    };
    gateway = await SaidGateway.start(started);
    const never = new Promise<string>(() => undefined);
    for (const client of [gateway.client(), gateway.client({ token: () => never })]) {
      const reason = new Error('enough');
      const ending = new AbortController();
      const read = client.keys.get('shop', 'db', 'password', { signal: ending.signal });
      setTimeout(() => ending.abort(reason), 30);
      await expect(read).rejects.toBe(reason);
      const late = gateway.client({ timeoutMs: 30, retries: { retriesMax: 0 } });
      await expect(late.access.whoami()).rejects.toMatchObject({ code: 'Unreachable' });
    }
  });

  it('ends with the signal of the caller, with its reason', async () => {
    const client = await said(() => undefined);
    const reason = new Error('enough');
    const ending = new AbortController();
    const read = client.keys.get('shop', 'db', 'password', { signal: ending.signal });
    setTimeout(() => ending.abort(reason), 20);
    await expect(read).rejects.toBe(reason);
  });

  it('of a cached response is confirmed by its tag', async () => {
    gateway = await SaidGateway.start(bytes('v-1', { etag: '"1"' }), unchanged('"1"'));
    const client = gateway.client({ cachedReadsMax: 1 });
    await client.keys.get('shop', 'db', 'password');
    const again = await client.keys.get('shop', 'db', 'password');
    expect(again.content.revealText()).toBe('v-1');
    expect(gateway.asked[1]?.headers['if-none-match']).toBe('"1"');
  });
});

describe('a write', () => {
  it.each([
    ['a lost response', cut],
    ['half a body', half],
    ['OutcomeUnknown', problem(503, 'OutcomeUnknown')],
    ['Timeout', problem(504, 'Timeout')],
  ])('is repeated after %s under the same key', async (_, failure) => {
    const client = await said(failure, problem(409, 'Conflict'), json(200, written));
    await client.keys.put('shop', 'db', 'password', 'v-2', { reason: 'TICKET-1' });
    const keys = gateway.asked.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(3);
    expect(gateway.asked[2]).toMatchObject({
      body: 'v-2',
      headers: { 'x-change-reason': 'TICKET-1', 'content-type': 'application/octet-stream' },
    });
  });

  it('has another key than the write before', async () => {
    const client = await said(json(200, written));
    await client.keys.put('shop', 'db', 'password', 'v-2');
    await client.keys.delete('shop', 'db', 'password');
    const [first, second] = gateway.asked.map(({ headers }) => headers['idempotency-key']);
    expect(first).not.toBe(second);
  });

  it('that conflicts is not repeated', async () => {
    const client = await said(problem(409, 'Conflict'));
    const put = client.secrets.put('shop', 'db', { stringData: { password: 'v-2' } });
    await expect(put).rejects.toMatchObject({ code: 'Conflict' });
    expect(gateway.asked).toHaveLength(1);
  });

  it('without a key is repeated only if nothing was done', async () => {
    const client = await said(cut);
    const cancel = client.rotations.cancel('shop', 'db', 'run');
    await expect(cancel).rejects.toMatchObject({ code: 'Unreachable' });
    expect(gateway.asked).toHaveLength(1);
  });
});

describe('a value', () => {
  it('that was read can be written, and nothing else that is no value', async () => {
    const client = await said(bytes('v-1'), json(200, written));
    const { content } = await client.keys.get('shop', 'db', 'password');
    await client.keys.put('shop', 'db', 'copy', content);
    expect(gateway.asked[1]?.body).toBe('v-1');
    const wrong = { toString: () => 'text' } as unknown as string;
    await expect(client.keys.put('shop', 'db', 'copy', wrong)).rejects.toThrow(TypeError);
    const hidden = { stringData: { password: content as unknown as string } };
    await expect(client.secrets.put('shop', 'db', hidden)).rejects.toThrow(/reveal .*"password"/);
    expect(gateway.asked).toHaveLength(2);
  });

  it('of several Secrets may be bytes', async () => {
    const client = await said(json(200, { db: { key: 'AP8=' } }));
    const { content } = await client.secrets.values('shop', ['db']);
    expect([...(content.get('db')?.get('key')?.reveal() ?? [])]).toEqual([0, 255]);
    expect(gateway.asked[0]?.path).toContain('encoding=base64');
  });
});

describe('a reason', () => {
  it('arrives in any script, and has no control characters', async () => {
    const client = await said(json(200, written));
    await client.keys.put('shop', 'db', 'k', 'v', { reason: 'Änderung → 鍵' });
    const sent = gateway.asked[0]?.headers['x-change-reason'];
    expect(Buffer.from(String(sent), 'latin1').toString()).toBe('Änderung → 鍵');
    const bad = client.keys.put('shop', 'db', 'k', 'v', { reason: 'a\nb' });
    await expect(bad).rejects.toThrow(TypeError);
    const key = client.keys.put('shop', 'db', 'k', 'v', { idempotencyKey: 'k\nhidden' });
    await expect(key).rejects.toThrow(/^idempotency-key has characters/);
  });
});

describe('a credential', () => {
  it('is kept by a write that may have been done: the gateway knows a key by both', async () => {
    let count = 0;
    gateway = await SaidGateway.start(cut, json(200, written));
    const client = gateway.client({ token: () => `token-${(count += 1)}` });
    await client.keys.put('shop', 'db', 'password', 'v');
    const tokens = gateway.asked.map(({ headers }) => headers.authorization);
    expect(tokens).toEqual(['Bearer token-1', 'Bearer token-1']);
  });

  it('is read again from its file when the file changes, and when it is refused', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-client-'));
    const file = join(folder, 'token');
    const write = (token: string, second: number) => {
      writeFileSync(file, `${token}\n`);
      utimesSync(file, second, second);
    };
    write('one', 1);
    gateway = await SaidGateway.start(bytes('v'));
    const client = gateway.client({ token: tokenFromFile(file) });
    const read = () => client.keys.get('shop', 'db', 'password');
    await read();
    write('two', 2);
    await read();
    const tokens = gateway.asked.map(({ headers }) => headers.authorization);
    expect(tokens).toEqual(['Bearer one', 'Bearer two']);
    rmSync(folder, { recursive: true });
  });

  it('that is refused is asked for once more, and no more often', async () => {
    gateway = await SaidGateway.start(problem(401, 'Unauthenticated'));
    const refusals: boolean[] = [];
    const client = gateway.client({
      token: async ({ isRefused }) => {
        refusals.push(isRefused);
        return 'token';
      },
    });
    await expect(client.access.whoami()).rejects.toMatchObject({ code: 'Unauthenticated' });
    expect(refusals).toEqual([false, true]);
  });

  it('is not sent without encryption to another host', () => {
    const settings = { token: 't', baseUrl: 'http://sallyport.example:8420' };
    expect(() => new Sallyport(settings)).toThrow(/https/);
    expect(() => new Sallyport({ ...settings, allowsPlainHttp: true })).not.toThrow();
  });

  it.each(['localhost:8420', 'ftp://localhost', 'https://u:p@host', 'https://host?a=b'])(
    'is not sent to the address %s',
    (baseUrl) => expect(() => new Sallyport({ baseUrl, token: 't' })).toThrow(TypeError),
  );

  it('is sent below the path of the address', async () => {
    gateway = await SaidGateway.start(json(200, {}));
    const baseUrl = `${gateway.url}/behind`;
    await gateway.client({ baseUrl }).access.whoami();
    expect(gateway.asked[0]?.path).toBe('/behind/v1/whoami');
  });

  it('is in no error', async () => {
    gateway = await SaidGateway.start(cut);
    const bad = gateway.client({ token: 'secret\ntoken' });
    const refused = await bad.access.whoami().catch((error: unknown) => error);
    const client = gateway.client({ token: 'secret-token', retries: { retriesMax: 0 } });
    const body = { stringData: { password: 'hunter2-value' } };
    const failed = await client.secrets.put('shop', 'db', body).catch((error: unknown) => error);
    for (const error of [refused, failed]) {
      expect(error).toBeInstanceOf(Error);
      const shown = inspect(error, { depth: 9, showHidden: true });
      expect(shown).not.toMatch(/secret.token|hunter2/);
    }
  });
});
