import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { send, sendBytes } from '../../support/raw-http.js';
import { SocketClient } from '../../support/socket-client.js';
import { eventually } from '../../support/tokens-world.js';
import { EventReader } from '../secrets/event-reader.js';
import { WorkersWorld, namespace, secretsPath } from './workers-world.js';

let world: WorkersWorld;
let url: string;

beforeAll(async () => {
  world = await WorkersWorld.open();
  ({ url } = await world.gateway());
});

afterAll(async () => {
  await world.close();
});

const put = (name: string, value: string) =>
  world.call({ method: 'PUT', path: `${secretsPath}/${name}`, body: { stringData: { a: value } } });

describe('what a worker does not answer by itself', () => {
  it('is answered by the main process: writes, lists, unknown paths, no credential', async () => {
    expect(await put('made', '1')).toMatchObject({ status: 201 });
    const read = await world.call({ path: `${secretsPath}/made` });
    expect(read.json()).toMatchObject({ stringData: { a: '1' } });
    const listed = await world.call({ path: secretsPath });
    expect(listed.json<{ items: object[] }>().items).toHaveLength(1);
    expect(await world.call({ path: '/nowhere' })).toMatchObject({ status: 404 });
    expect(await world.call({ path: secretsPath, token: undefined })).toMatchObject({
      status: 401,
    });
    expect(await world.call({ path: `${secretsPath}/made`, token: 'sp_x' })).toMatchObject({
      status: 401,
    });
  });

  it('says which processes answer', async () => {
    const { healthUrl } = await world.gateway();
    const report = await send(healthUrl, { path: '/readyz?verbose' });
    expect(report.text).toContain('[+]workers ok');
    expect(report.text).toContain('workers: 2 answer');
  });

  it('is a stream as long as its client listens, and no longer', async () => {
    const reader = await EventReader.open({ base: url, path: secretsPath, token: world.token });
    await vi.waitFor(() => expect(reader.lines).toContain('bookmark'));
    await put('streamed', '1');
    await vi.waitFor(() => expect(reader.lines).toContain('added streamed'), 10_000);
    reader.close();
    await eventually(async () => {
      const ended = await world.call({
        path: `/v1/audit/events?namespace=${namespace}&action=secrets.watch`,
        token: world.auditor,
      });
      expect(ended.text).toContain('system:serviceaccount:pay:app');
      expect(await world.metric('sallyport_cache_waiting')).toBe(0);
    });
  });

  it('is a subscription over a WebSocket', async () => {
    const client = await SocketClient.begin(url, world.token);
    client.subscribe('1', 'subscription { secretChanged(namespace: "pay") { secret { name } } }');
    await client.frame(({ type }) => type === 'next');
    await put('subscribed', '1');
    await client.frame(({ payload }) => JSON.stringify(payload ?? '').includes('"subscribed"'));
    client.close();
  });

  it('is a watch of kubectl', async () => {
    const path = `/kubernetes/api/v1/namespaces/${namespace}/secrets?watch=true`;
    const headers = { authorization: `Bearer ${world.token}` };
    const outgoing = request(new URL(path, url), { headers }).end();
    const [response] = (await once(outgoing, 'response')) as [NodeJS.ReadableStream];
    let told = '';
    response.on('data', (chunk: Buffer) => (told += chunk.toString())).on('error', () => undefined);
    await put('watched', '1');
    await vi.waitFor(() => expect(told).toContain('"watched"'), 10_000);
    outgoing.destroy();
  });
});

describe('a body', () => {
  it('of a megabyte is passed on whole, and back', async () => {
    const value = Buffer.alloc(900_000, 'v');
    const path = `${secretsPath}/large/keys/blob`;
    await put('large', '1');
    const answer = await world.call({ method: 'PUT', path, body: value });
    expect(answer.status, answer.text).toBe(201);
    expect((await world.call({ path })).bytes.equals(value)).toBe(true);
  });

  it('in pieces, asked for by 100 Continue, arrives', async () => {
    const text = await sendBytes(
      url,
      `PUT ${secretsPath}/pieces HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${world.token}\r\n` +
        'content-type: application/json\r\ntransfer-encoding: chunked\r\n' +
        'expect: 100-continue\r\nconnection: close\r\n\r\n' +
        '10\r\n{"stringData": {\r\n9\r\n"a":"1"}}\r\n0\r\n\r\n',
    );
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /);
  });

  it('that is refused unread leaves its connection to the next request', async () => {
    const { agents, close } = world.connections(1);
    const [agent] = agents;
    const body = Buffer.alloc(200_000, 'v');
    const headers = { 'content-type': 'text/html' };
    const path = `${secretsPath}/refused`;
    expect(await world.call({ method: 'PUT', path, body, headers, agent })).toMatchObject({
      status: 415,
    });
    expect(await world.call({ path: secretsPath, agent })).toMatchObject({ status: 200 });
    close();
  });

  it('of which its client sends a half changes nothing', async () => {
    const headers = { authorization: `Bearer ${world.token}`, 'content-length': '100' };
    const outgoing = request(new URL(`${secretsPath}/half`, url), { method: 'PUT', headers });
    outgoing.on('error', () => undefined).write('{"stringData": {"a":');
    await new Promise<void>((resolve) => outgoing.once('finish', resolve).end(() => resolve()));
    outgoing.destroy();
    expect(await world.call({ path: `${secretsPath}/half` })).toMatchObject({ status: 404 });
  });
});

describe('what a client says himself', () => {
  it('never passes for what a worker says of him', async () => {
    const headers = {
      forwarded: 'for=10.9.9.9',
      'x-forwarded-for': '10.9.9.9',
      'sallyport-peer': '10.9.9.9',
      'x-real-ip': '10.9.9.9',
    };
    await world.call({ path: `${secretsPath}/spoofed?consistency=strong`, headers });
    await world.call({ path: `${secretsPath}/spoofed`, headers });
    const events = await world.eventsOf('spoofed');
    expect(events.map(({ sourceIp }) => sourceIp)).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  it('is refused where one process would refuse it', async () => {
    const credential = `authorization: Bearer ${world.token}\r\n`;
    const line = `GET ${secretsPath}/made HTTP/1.1\r\n`;
    const end = 'connection: close\r\n\r\n';
    const refused = [
      `${line}${credential}${end}`,
      `${line}host: a\r\n${credential}${credential}${end}`,
      `${line}host: a\r\n${credential}impersonate-user: root\r\n${end}`,
      `${line}host: a\r\n${credential}expect: more\r\n${end}`,
      `${line}host: a\r\n${credential}content-length: 3\r\n${end}abc`,
      `${line}host: a\r\n${credential}content-length: 1\r\ntransfer-encoding: chunked\r\n${end}`,
      `CONNECT a:1 HTTP/1.1\r\nhost: a\r\n${end}`,
      'nonsense\r\n\r\n',
    ];
    const answers = await Promise.all(refused.map((bytes) => sendBytes(url, bytes)));
    expect(answers.map((text) => text.slice(0, 12))).toEqual(refused.map(() => 'HTTP/1.1 400'));
  });

  it('is counted for all workers together where it is no valid HTTP', async () => {
    const count = 60;
    const answers = await Promise.all(
      Array.from({ length: count }, () => sendBytes(url, 'nonsense\r\n\r\n')),
    );
    expect(new Set(answers.map((text) => text.slice(0, 12)))).toEqual(new Set(['HTTP/1.1 400']));
    const query = '?action=auth.refused&sourceIp=127.0.0.1&limit=500&since=1h';
    const path = `/v1/audit/events${query}`;
    const events = await world.call({ path, token: world.auditor });
    expect(events.status).toBe(200);
    const { length } = events.json<{ items: object[] }>().items;
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThanOrEqual(limits.anonymousRefusalsOfAddressMax + 1);
  });

  it('one request behind the other is answered in that order', async () => {
    const head = (path: string, last: boolean) =>
      `GET ${path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${world.token}\r\n` +
      `x-request-id: ${path.split('/').at(-1)}\r\n${last ? 'connection: close\r\n' : ''}\r\n`;
    const names = ['absent-1', 'made', 'absent-2', 'made'];
    const bytes = names
      .map((name, index) => head(`${secretsPath}/${name}`, index === names.length - 1))
      .join('');
    const text = await sendBytes(url, bytes);
    expect([...text.matchAll(/^x-request-id: (.*)\r$/gim)].map(([, id]) => id)).toEqual(names);
  });

  it('over HTTP/1.0 is answered', async () => {
    const text = await sendBytes(
      url,
      `GET ${secretsPath}/made HTTP/1.0\r\nauthorization: Bearer ${world.token}\r\n\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
  });
});
