import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.js';
import { rotationLimits } from '../../../src/core/rotation-limits.js';
import type {
  WebhookCall,
  WebhookConnection,
  WebhookReply,
} from '../../../src/rotation/domain/webhook-target.js';
import { TargetFault } from '../../../src/rotation/domain/target-fault.js';
import { openWebhookTarget } from '../../../src/rotation/targets/webhook/open-webhook-target.js';
import { findFreePorts } from '../../cluster/free-ports.js';
import { faultOf } from './fault-of.js';
import { type HttpsReceiver, answerJson, isGenuine, startHttpsReceiver } from './https-receiver.js';
import { startPlainPeer, startTlsPeer } from './strange-peers.js';
import { AWKWARD_PASSWORDS, patience, secret } from './target-connection.js';

const KEY = 'a signing key of at least 24 bytes';
const NEW = 'the-new-password';
const BYTES_SENT = 100 * 1_024 * 1_024;
const SAID = 'words-of-the-receiver';

let receiver: HttpsReceiver;
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  receiver = await startHttpsReceiver((_post, response) => answer(response));
});

beforeEach(() => {
  receiver.posts.length = 0;
  answer = (response) => answerJson(response, { status: 'ok' });
});

afterAll(() => receiver.close());

const call: WebhookCall = {
  runId: '0199-run',
  step: 'set',
  namespace: 'pay',
  secret: 'app-db',
  fromVersion: 3,
  strategy: 'dual',
  values: new Map([['password', secret(NEW)]]),
  attempt: 1,
};

interface Place {
  readonly url?: string;
  readonly port?: number;
  readonly ca?: string | undefined;
  readonly serverName?: string;
  readonly timeoutMs?: number;
  readonly signingKey?: SecretValue;
}

function connectionTo(place: Place = {}): WebhookConnection {
  const { port = receiver.port, serverName = 'receiver.test', timeoutMs = 5_000 } = place;
  return {
    webhook: {
      url: place.url ?? `https://receiver.test:${port}/rotate?team=pay`,
      tls: { mode: 'verify-full', caSecret: undefined, serverName: undefined },
      signingSecret: { name: 'signing', key: 'key' },
      timeoutMs,
    },
    ca: 'ca' in place ? place.ca : receiver.ca,
    signingKey: place.signingKey ?? secret(KEY),
    resolve: () => Promise.resolve({ address: '127.0.0.1', port, serverName }),
  };
}

async function post(change: Partial<WebhookCall> = {}, place: Place = {}): Promise<WebhookReply> {
  return openWebhookTarget(connectionTo(place)).call({ ...call, ...change }, patience());
}

const lastBody = (): Record<string, unknown> =>
  JSON.parse(String(receiver.posts.at(-1)?.body)) as Record<string, unknown>;

describe('a call of a receiver', () => {
  it('is one POST of documented JSON to the address that was checked', async () => {
    expect(await post({ username: 'app' })).toEqual({ status: 'ok' });
    const [sent] = receiver.posts;
    expect(receiver.posts).toHaveLength(1);
    expect(sent).toMatchObject({
      method: 'POST',
      path: '/rotate?team=pay',
      serverName: 'receiver.test',
      headers: {
        host: `receiver.test:${receiver.port}`,
        'content-type': 'application/json',
        connection: 'close',
      },
    });
    expect(lastBody()).toEqual({
      apiVersion: 'sallyport.dev/v1alpha1',
      runId: '0199-run',
      step: 'set',
      attempt: 1,
      namespace: 'pay',
      secret: 'app-db',
      fromVersion: 3,
      strategy: 'dual',
      username: 'app',
      values: { stringData: { password: NEW }, data: {} },
    });
  });

  it('holds values in set and test alone', async () => {
    for (const step of ['create', 'finish', 'retire'] as const) {
      await post({ step });
      expect(lastBody()).not.toHaveProperty('values');
      expect(String(receiver.posts.at(-1)?.body)).not.toContain(NEW);
    }
    await post({ step: 'test' });
    expect(lastBody()).toHaveProperty('values.stringData.password', NEW);
  });

  it('says which values end', async () => {
    await post({ step: 'retire' });
    expect(lastBody()).toHaveProperty('ends', 'former');
    await post({ step: 'retire', ends: 'pending' });
    expect(lastBody()).toHaveProperty('ends', 'pending');
    const ids = receiver.posts.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual(['0199-run-retire', '0199-run-retire-pending']);
  });

  it('carries every character and every byte', async () => {
    const binary = SecretValue.fromBytes(Buffer.from([0xff, 0x00, 0xfe]));
    const texts = AWKWARD_PASSWORDS.map((text, index) => [`text-${index}`, text] as const);
    const values = texts.map(([key, text]) => [key, secret(text)] as const);
    await post({ values: new Map([...values, ['__proto__', binary]]) });
    const expected = JSON.stringify({ stringData: Object.fromEntries(texts) }).slice(0, -1);
    expect(JSON.stringify(lastBody()['values'])).toBe(`${expected},"data":{"__proto__":"/wD+"}}`);
  });

  it('hears which strategies there are', async () => {
    answer = (response) => answerJson(response, { status: 'ok', strategies: ['singleUser'] });
    expect(await post({ step: 'create' })).toEqual({ status: 'ok', strategies: ['singleUser'] });
  });

  it('hears that a step is to be asked for again, or is refused', async () => {
    answer = (response) => answerJson(response, { status: 'retry' });
    expect(await post()).toEqual({ status: 'retry' });
    answer = (response) => answerJson(response, { status: 'rejected', reason: 'PasswordRejected' });
    expect(await post()).toEqual({ status: 'rejected', reason: 'PasswordRejected' });
  });
});

describe('the signature of a call', () => {
  it('is that of Standard Webhooks, with one id for all attempts of a step', async () => {
    await post();
    await post({ attempt: 2 });
    for (const one of receiver.posts) expect(isGenuine(one, Buffer.from(KEY))).toBe(true);
    const ids = receiver.posts.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual(['0199-run-set', '0199-run-set']);
  });

  it('shows a changed body, another key and a replay after five minutes', async () => {
    await post();
    const [sent] = receiver.posts;
    if (sent === undefined) throw new Error('nothing was sent');
    const key = Buffer.from(KEY);
    const changed = Buffer.from(String(sent.body).replace('app-db', 'app-dc'));
    expect(isGenuine({ ...sent, body: changed }, key)).toBe(false);
    expect(isGenuine(sent, Buffer.from(`${KEY}!`))).toBe(false);
    expect(isGenuine(sent, key, Date.now() + 301_000)).toBe(false);
    expect(isGenuine(sent, key, Date.now() + 290_000)).toBe(true);
  });

  it('takes a key in the form that receivers hand out', async () => {
    const bytes = Buffer.alloc(32, 7);
    await post({}, { signingKey: secret(`whsec_${bytes.toString('base64')}\n`) });
    expect(isGenuine(receiver.posts[0] ?? { headers: {}, body: Buffer.alloc(0) }, bytes)).toBe(
      true,
    );
  });

  it('is never made with a key that is too short', async () => {
    const fault = await faultOf(post({}, { signingKey: secret('short') }));
    expect(fault.reason).toBe('Unsupported');
    expect(receiver.posts).toEqual([]);
  });
});

describe('a receiver that does not do as it should', () => {
  it.each([
    [401, 'AdminRefused'],
    [403, 'AdminRefused'],
    [404, 'TargetFailed'],
    [500, 'TargetFailed'],
    [503, 'TargetFailed'],
  ])('answers %i: %s, and none of its words are repeated', async (status, reason) => {
    answer = (response) => void response.writeHead(status).end(`{"status":"ok"} ${SAID}`);
    const fault = await faultOf(post());
    expect(fault.reason).toBe(reason);
    expect(String(fault.stack)).not.toContain(SAID);
    expect(fault.cause).toBeUndefined();
  });

  it('leads nowhere else by a redirect', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      const location = `https://127.0.0.1:${receiver.port}/elsewhere`;
      answer = (response) => void response.writeHead(status, { location }).end();
      expect((await faultOf(post())).reason).toBe('TargetFailed');
    }
    expect(receiver.posts.map(({ path }) => path)).toEqual(Array(5).fill('/rotate?team=pay'));
  });

  it.each(['', `<html>${SAID}</html>`, '[]', '{"status":"yes"}'])('answers %j', async (text) => {
    answer = (response) => void response.writeHead(200).end(text);
    expect((await faultOf(post())).reason).toBe('TargetFailed');
  });

  it('sends 100 MB: no more is read than a fraction of it', async () => {
    let sentBytes = 0;
    const chunk = Buffer.alloc(64 * 1_024, ' ');
    const send = (response: ServerResponse): void => {
      do sentBytes += chunk.length;
      while (response.write(chunk) && sentBytes < BYTES_SENT);
    };
    answer = (response) => {
      response.writeHead(200).on('drain', () => send(response));
      send(response);
    };
    const beganMs = performance.now();
    expect((await faultOf(post())).reason).toBe('TargetFailed');
    expect(performance.now() - beganMs).toBeLessThan(5_000);
    // What the kernel and TLS take in before the connection ends.
    await expect.poll(() => sentBytes).toBeLessThan(16 * 1_024 * 1_024);
  });

  it('answers as much as is read, and no byte more', async () => {
    const ok = '{"status":"ok"}';
    const most = ok.padEnd(rotationLimits.webhookAnswerBytesMax);
    answer = (response) => void response.writeHead(200).end(most);
    expect(await post()).toEqual({ status: 'ok' });
    answer = (response) => void response.writeHead(200).end(`${most} `);
    expect((await faultOf(post())).reason).toBe('TargetFailed');
  });

  it('hangs before its answer, in it, or drips it: the time of the spec counts', async () => {
    const place = { timeoutMs: 300 };
    answer = () => undefined;
    expect((await faultOf(post({}, place))).reason).toBe('TargetTimeout');
    answer = (response) => void response.writeHead(200).write('{"status":');
    expect((await faultOf(post({}, place))).reason).toBe('TargetTimeout');
    answer = (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    };
    expect((await faultOf(post({}, place))).reason).toBe('TargetTimeout');
  });

  it('ends the connection without an answer', async () => {
    answer = (response) => void response.destroy();
    const fault = await faultOf(post());
    expect(fault).toMatchObject({ reason: 'TargetUnreachable', mayHaveChanged: true });
  });
});

describe('a receiver that is not there, or not the one', () => {
  it('is unreachable where nobody listens', async () => {
    const [port] = await findFreePorts(1);
    expect((await faultOf(post({}, { port: port ?? 0 }))).reason).toBe('TargetUnreachable');
  });

  it('hears nothing where its issuer is unknown, or its name another', async () => {
    const peer = await startTlsPeer('receiver.test');
    const { port } = peer;
    const unknown = await faultOf(post({}, { port }));
    const system = await faultOf(post({}, { port, ca: undefined }));
    const other = await faultOf(post({}, { port, ca: peer.ca, serverName: 'other.test' }));
    const none = await faultOf(post({}, { port, ca: 'no PEM' }));
    expect([unknown, system, other, none].map(({ reason }) => reason)).toEqual(
      Array(4).fill('TlsFailed'),
    );
    expect(unknown.mayHaveChanged).toBe(false);
    expect(String(peer.received())).toBe('');
    await peer.close();
  });

  it('hears nothing but an offer of TLS where it has none', async () => {
    const peer = await startPlainPeer(
      'HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{"status":"ok"}',
    );
    expect((await faultOf(post({}, { port: peer.port }))).reason).toBe('TlsFailed');
    expect(peer.received().subarray(0, 2)).toEqual(Buffer.from([0x16, 0x03]));
    expect(peer.received().includes(NEW)).toBe(false);
    expect(peer.connections()).toBe(1);
    await peer.close();
  });

  it('costs no more than its time where it never speaks', async () => {
    const peer = await startPlainPeer();
    const fault = await faultOf(post({}, { port: peer.port, timeoutMs: 300 }));
    expect(fault.reason).toBe('TargetTimeout');
    await peer.close();
  });

  it.each(['http://receiver.test/', 'https://user:word@receiver.test/', 'file:///etc/passwd', ''])(
    'is never at %j',
    (url) => {
      expect(() => openWebhookTarget(connectionTo({ url }))).toThrow(TargetFault);
    },
  );
});
