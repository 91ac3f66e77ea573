import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type NotificationRow,
  rotationEvent,
} from '../../../src/rotation/notifications/domain/rotation-event.js';
import {
  type NotificationEndpoint,
  NotificationSender,
  deliverTo,
} from '../../../src/rotation/notifications/notification-sender.js';
import { findFreePorts } from '../../cluster/free-ports.js';
import { aRun } from '../../unit/rotation/rotation-run.builder.js';
import { type HttpsReceiver, isGenuine, startHttpsReceiver } from './https-receiver.js';
import { startPlainPeer, startTlsPeer } from './strange-peers.js';
import { patience, secret } from './target-connection.js';

const KEY = 'a signing key of at least 24 bytes';
const row: NotificationRow = {
  id: '0199-event',
  timeMs: Date.UTC(2026, 0, 2),
  notification: { type: 'rotation.succeeded', run: aRun({ state: 'succeeded' }) },
};

let receiver: HttpsReceiver;
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  receiver = await startHttpsReceiver((_post, response) => answer(response));
});

beforeEach(() => {
  receiver.posts.length = 0;
  answer = (response) => void response.writeHead(204).end();
});

afterAll(() => receiver.close());

function deliver(change: Partial<NotificationEndpoint> = {}, signal = patience()) {
  const endpoint = {
    url: `https://127.0.0.1:${receiver.port}/events`,
    secret: secret(KEY),
    ca: receiver.ca,
    ...change,
  };
  return deliverTo(new NotificationSender(), endpoint)(row, signal);
}

describe('an event of a rotation', () => {
  it('is one signed POST of a CloudEvent in the structured mode', async () => {
    expect(await deliver()).toBe('delivered');
    const [sent] = receiver.posts;
    if (sent === undefined) throw new Error('nothing was sent');
    expect(receiver.posts).toHaveLength(1);
    expect(sent).toMatchObject({
      method: 'POST',
      path: '/events',
      headers: {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'webhook-id': '0199-event',
      },
    });
    expect(JSON.parse(String(sent.body))).toEqual(rotationEvent(row));
    expect(isGenuine(sent, Buffer.from(KEY))).toBe(true);
    expect(isGenuine(sent, Buffer.from(KEY), Date.now() + 301_000)).toBe(false);
  });

  it('keeps its id however often it is delivered', async () => {
    await deliver();
    await deliver();
    const ids = receiver.posts.map(({ headers, body }) => [
      headers['webhook-id'],
      (JSON.parse(String(body)) as { id: string }).id,
    ]);
    expect(ids).toEqual(Array(2).fill(['0199-event', '0199-event']));
  });

  it('is sent where names lead to, and checked by the name', async () => {
    const resolve = () =>
      Promise.resolve({
        address: '127.0.0.1',
        port: receiver.port,
        serverName: 'receiver.test',
      });
    const sender = new NotificationSender(resolve);
    const url = 'https://receiver.test/events';
    const endpoint = { url, secret: secret(KEY), ca: receiver.ca };
    expect(await deliverTo(sender, endpoint)(row, patience())).toBe('delivered');
    expect(receiver.posts[0]).toMatchObject({
      serverName: 'receiver.test',
      headers: { host: 'receiver.test' },
    });
  });
});

describe('an event that is not taken', () => {
  it.each([
    [500, 'retry'],
    [429, 'retry'],
    [400, 'rejected'],
    [401, 'rejected'],
    [404, 'rejected'],
  ] as const)('with status %i: %s', async (status, outcome) => {
    answer = (response) => void response.writeHead(status).end();
    expect(await deliver()).toBe(outcome);
  });

  it('goes nowhere else by a redirect', async () => {
    const location = `https://127.0.0.1:${receiver.port}/elsewhere`;
    answer = (response) => void response.writeHead(307, { location }).end();
    expect(await deliver()).toBe('rejected');
    expect(receiver.posts.map(({ path }) => path)).toEqual(['/events']);
  });

  it('is sent again where nobody is there, or nobody answers', async () => {
    const [port] = await findFreePorts(1);
    expect(await deliver({ url: `https://127.0.0.1:${port}/` })).toBe('retry');
    answer = () => undefined;
    expect(await deliver({}, AbortSignal.timeout(300))).toBe('retry');
    answer = (response) => void response.destroy();
    expect(await deliver()).toBe('retry');
  });

  it('was told to nobody else: not without TLS, not by another name or issuer', async () => {
    const strange = await startTlsPeer('other.test');
    const plain = await startPlainPeer('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    const at = (port: number) => ({ url: `https://127.0.0.1:${port}/` });
    expect(await deliver(at(strange.port))).toBe('retry');
    expect(await deliver({ ...at(strange.port), ca: strange.ca })).toBe('retry');
    expect(await deliver(at(plain.port))).toBe('retry');
    expect(String(strange.received())).toBe('');
    expect(plain.received().includes('app-db')).toBe(false);
    expect(await deliver({ url: `http://127.0.0.1:${plain.port}/` })).toBe('rejected');
    expect(plain.connections()).toBe(1);
    await Promise.all([strange.close(), plain.close()]);
  });

  it('waits where the signing key is none', async () => {
    expect(await deliver({ secret: secret('short') })).toBe('retry');
    expect(receiver.posts).toEqual([]);
  });
});
