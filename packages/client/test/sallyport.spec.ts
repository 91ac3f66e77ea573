import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { Sallyport } from '../src/sallyport.js';
import { SallyportError } from '../src/sallyport-error.js';
import { tokenFromFile } from '../src/token.js';
import { type Answering, SaidGateway, bytes, cut, half, json, problem } from './gateway.builder.js';

let gateway: SaidGateway;
afterEach(() => gateway?.stop());

const said = async (...answers: readonly Answering[]) => {
  gateway = await SaidGateway.start(...answers);
  return gateway.client();
};
const written = { namespace: 'shop', name: 'db', changes: null, warnings: [] };

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

  it('ends with the signal of the caller, with its reason', async () => {
    const client = await said(() => undefined);
    const reason = new Error('enough');
    const ending = new AbortController();
    const read = client.keys.get('shop', 'db', 'password', { signal: ending.signal });
    setTimeout(() => ending.abort(reason), 20);
    await expect(read).rejects.toBe(reason);
  });

  it('of a cached response is confirmed by its tag', async () => {
    gateway = await SaidGateway.start(bytes('v-1', { etag: '"1"' }), (response) => {
      response.writeHead(304, { etag: '"1"' }).end();
    });
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

describe('a credential', () => {
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

  it('is not sent on to where a response leads', async () => {
    const client = await said((response) => {
      response.writeHead(307, { location: 'http://127.0.0.1:1/elsewhere' }).end();
    });
    await expect(client.access.whoami()).rejects.toMatchObject({ code: 'Unreachable' });
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

describe('a follower', () => {
  it('yields each state once, across waits without a change and failures', async () => {
    const unchanged = (etag: string) => (response: import('node:http').ServerResponse) =>
      void response.writeHead(304, { etag }).end();
    gateway = await SaidGateway.start(
      bytes('v-1', { etag: '"1"' }),
      unchanged('"1"'),
      cut,
      cut,
      cut,
      cut,
      cut,
      bytes('v-2', { etag: '"2"' }),
      problem(403, 'Forbidden'),
    );
    const seen: string[] = [];
    const follow = async () => {
      for await (const { content } of gateway.client().keys.follow('shop', 'db', 'password')) {
        seen.push(content.revealText());
      }
    };
    await expect(follow()).rejects.toMatchObject({ code: 'Forbidden' });
    expect(seen).toEqual(['v-1', 'v-2']);
    expect(gateway.asked[1]?.path).toMatch(/\?waitSeconds=30$/);
  });
});

describe('a watcher', () => {
  const event = (id: string, type: string, data: object) =>
    `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  const stream = (text: string) => (response: import('node:http').ServerResponse) =>
    void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);

  it('continues after the last event, begins anew where that is too old, and ends', async () => {
    gateway = await SaidGateway.start(
      stream(event('1', 'added', { name: 'db' }) + event('2', 'bookmark', {})),
      cut,
      stream(event('3', 'modified', { name: 'db' })),
      problem(410, 'Expired'),
      stream(event('9', 'added', { name: 'db' })),
    );
    const ending = new AbortController();
    const seen: string[] = [];
    for await (const { type, id } of gateway.client().secrets.watch('shop', {
      signal: ending.signal,
    })) {
      seen.push(`${type} ${id}`);
      if (id === '9') ending.abort();
    }
    expect(seen).toEqual(['added 1', 'bookmark 2', 'modified 3', 'restarted undefined', 'added 9']);
    const after = gateway.asked.map(({ headers }) => headers['last-event-id']);
    expect(after).toEqual([undefined, '2', '2', '3', undefined]);
  });
});
