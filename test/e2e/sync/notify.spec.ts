import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SnsSender, TokenSender, WebhookSender } from '../../services/notify-senders.js';
import { type HttpsDouble, startHttpsDouble } from '../../services/https-double.js';
import { Metrics } from '../../../src/platform/telemetry/metrics.js';
import { patiently } from '../../support/tokens-world.js';
import { SyncWorld } from './sync-world.js';

const ofStore = '/v1/stores/vault/notify';
const ofSync = '/v1/namespaces/pay/syncs/db/notify';
const names = JSON.stringify({ names: ['k8s/pay/db'] });
const webhooks = new WebhookSender();

let world: SyncWorld;
let fastify: FastifyInstance;
let tokens: TokenSender;
let topic: SnsSender;
/** Keys of the issuer, and certificates and confirmations of SNS. */
let places: HttpsDouble;

beforeAll(async () => {
  [world, tokens, topic] = await Promise.all([
    SyncWorld.start(),
    TokenSender.create(),
    SnsSender.create(),
  ]);
  const keySet = await tokens.keySet();
  places = await startHttpsDouble(({ path }) => {
    if (path === '/keys') return { status: 200, body: keySet };
    if (path === topic.certificatePath) return { status: 200, body: topic.certificate };
    return { status: path === '/' ? 200 : 404, body: '' };
  });
  ({ fastify } = world.installation.gateway);
  await makeSecret('signing', { secret: webhooks.secret });
  await makeSecret('places-ca', { 'ca.crt': places.ca });
  await notifyBy({ signature });
  await world.putSecret('db', { password: 'first-value' });
  await world.putSync('db');
  await world.becomes('db', 'InSync');
});
afterAll(async () => {
  await Promise.all([world?.stop(), places?.stop()]);
});

let count = 0;
let value: string;

/** The store has a value that the cluster does not have, and asks for the next one in a day. */
beforeEach(async () => {
  count += 1;
  value = `value-of-store-${count}`;
  await world.putRemote('db', { password: value });
});

const signature = { secret: { namespace: 'pay', name: 'signing', key: 'secret' } };
const caSecret = { namespace: 'pay', name: 'places-ca' };

async function makeSecret(name: string, stringData: Readonly<Record<string, string>>) {
  await world.installation.cluster.request('POST', '/api/v1/namespaces/pay/secrets', {
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData },
  });
}

/** Writes the store, and waits for the look that this causes: a hint causes the next one. */
async function notifyBy(notify: object | undefined): Promise<void> {
  const before = await looks();
  await world.putStore({ poll: '1d', notify });
  if (before > 0) await patiently(async () => expect(await looks()).toBeGreaterThan(before));
}

/** Looks that hints have not caused. */
async function looks(): Promise<number> {
  const metrics = world.installation.gateway.app.get(Metrics, { strict: false });
  const lines = (await metrics.render()).split('\n');
  const counts = lines.filter((line) => line.startsWith('sallyport_sync_looks_total{'));
  return counts.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

interface Sent {
  /** Address of the sender, of which too many wrong credentials are 429. */
  readonly from?: string;
  readonly path?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send({ from = '192.0.2.1', path = ofStore, body = names, headers = {} }: Sent) {
  const options: InjectOptions = {
    method: 'POST',
    url: path,
    remoteAddress: from,
    headers: { 'content-type': 'application/json', ...headers },
    payload: body,
  };
  const { statusCode: status, body: text, headers: fields } = await fastify.inject(options);
  return { status, text, fields };
}

const arrives = (): Promise<void> =>
  patiently(async () => {
    expect(await world.secretValues('db')).toEqual({ password: value });
  });

const refusal = ({ status, text }: { readonly status: number; readonly text: string }) => {
  const { code, detail } = JSON.parse(text) as { code: string; detail: string };
  return { status, code, detail };
};
const refused = {
  status: 401,
  code: 'Unauthenticated',
  detail: 'the notification has no valid credential',
};

describe('a signed webhook', () => {
  it('that names a secret in the store makes its new value arrive', async () => {
    expect(await send({ headers: webhooks.headersOf(names) })).toMatchObject({
      status: 202,
      text: '',
    });
    await arrives();
  });

  it('to a sync makes its new value arrive, whatever the webhook names', async () => {
    const body = JSON.stringify({ anything: true });
    const headers = webhooks.headersOf(body);
    expect((await send({ path: ofSync, body, headers })).status).toBe(202);
    await arrives();
  });

  it('has the same answer if no sync has the name, and for each delivery of it', async () => {
    const body = JSON.stringify({ names: ['k8s/shop/db', 'k8s/pay/none'] });
    const headers = webhooks.headersOf(body);
    const answers = [await send({ body, headers }), await send({ body, headers })];
    expect(answers).toMatchObject([
      { status: 202, text: '' },
      { status: 202, text: '' },
    ]);
    await send({ headers: webhooks.headersOf(names) });
    await arrives();
  });

  it('is on record, on behalf of its store, and once', async () => {
    const headers = webhooks.headersOf(names);
    const { fields } = await send({ headers });
    await send({ headers });
    await arrives();
    const { body } = await world.auditor.get('/v1/audit/events?action=syncs.notify&limit=200');
    const events = body.items as unknown as readonly Record<string, unknown>[];
    expect(events.filter(({ auditId }) => auditId === fields['audit-id'])).toMatchObject([
      { outcome: 'allowed', code: 202, onBehalfOf: 'externalstores/vault' },
    ]);
  });

  it('without a right signature is refused alike, whether or not there is a store', async () => {
    const other = new WebhookSender();
    const wrong = other.headersOf(names);
    const answers = await Promise.all([
      send({ headers: wrong }),
      send({ headers: webhooks.headersOf(names, { ageMs: 6 * 60_000 }) }),
      send({ headers: webhooks.headersOf('{}') }),
      send({}),
      send({ path: '/v1/stores/none/notify', headers: wrong }),
      send({ path: '/v1/stores/none/notify', headers: webhooks.headersOf(names) }),
      send({ path: ofSync, headers: wrong }),
      send({ path: ofSync.replace('/db/', '/none/'), headers: webhooks.headersOf(names) }),
    ]);
    expect(answers.map(refusal)).toEqual(answers.map(() => refused));
    expect(await world.secretValues('db')).not.toEqual({ password: value });
    await send({ headers: webhooks.headersOf(names) });
    await arrives();
  });

  it('names at most 100 secrets, in at most 64 KiB of JSON', async () => {
    const many = (count: number) =>
      JSON.stringify({ names: Array.from({ length: count }, (_, index) => `k8s/pay/db-${index}`) });
    const named = async (body: string) => send({ body, headers: webhooks.headersOf(body) });
    expect((await named(many(100))).status).toBe(202);
    expect((await named(many(101))).status).toBe(422);
    expect((await named(`"${'x'.repeat(64 * 1_024)}"`)).status).toBe(413);
    const html = { 'content-type': 'text/html' };
    expect((await send({ headers: { ...webhooks.headersOf(names), ...html } })).status).toBe(415);
  });

  it('waits if the store sends too many', async () => {
    const body = JSON.stringify({ names: Array.from({ length: 100 }, () => 'k8s/pay/none') });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => send({ body, headers: webhooks.headersOf(body) })),
    );
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(0);
    expect(limited[0]?.fields['retry-after']).toMatch(/^[1-9]\d*$/);
    await patiently(async () => {
      expect((await send({ headers: webhooks.headersOf(names) })).status).toBe(202);
    });
    await arrives();
  });

  it('is refused once its store has no notifications', async () => {
    await notifyBy(undefined);
    expect(refusal(await send({ headers: webhooks.headersOf(names) }))).toEqual(refused);
    await arrives();
  });
});

describe('a token of an issuer', () => {
  const claims = {
    aud: 'https://gateway.test/notify',
    email: 'push@pay.iam.gserviceaccount.com',
    email_verified: true,
  };

  const bearer = async (change: object = {}, seconds?: number) => ({
    authorization: `Bearer ${await tokens.sign({ ...claims, ...change }, seconds)}`,
  });

  beforeAll(async () => {
    const jwksUrl = new URL('/keys', places.url).href;
    const { aud: audience, email } = claims;
    const wanted = [{ name: 'email', value: email }];
    const jwt = { issuer: tokens.issuer, audience, jwksUrl, caSecret, claims: wanted };
    await notifyBy({ jwt });
  });

  it('makes the value of a Pub/Sub message arrive', async () => {
    const attributes = { eventType: 'SECRET_VERSION_ADD', secretId: 'projects/1/secrets/db' };
    const body = JSON.stringify({ message: { attributes, messageId: '1' }, subscription: 's' });
    expect((await send({ path: ofSync, body, headers: await bearer() })).status).toBe(202);
    await arrives();
  });

  it('makes the named value arrive', async () => {
    expect((await send({ headers: await bearer() })).status).toBe(202);
    await arrives();
  });

  it('is refused if it is of somebody else, has expired, or is not signed', async () => {
    const others = await TokenSender.create();
    const foreign = await others.sign(claims);
    const [header = '', payload = ''] = (await tokens.sign(claims)).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const headers = [
      await bearer({ aud: 'https://other.test' }),
      await bearer({ email: 'other@pay.iam.gserviceaccount.com' }),
      await bearer({ email_verified: false }),
      await bearer({ iss: 'https://other.test' }),
      await bearer({}, -120),
      { authorization: `Bearer ${foreign}` },
      { authorization: `Bearer ${none}.${payload}.` },
      { authorization: `Bearer ${header}.${payload}.` },
      webhooks.headersOf(names),
    ];
    const from = '192.0.2.2';
    const answers = await Promise.all(headers.map((fields) => send({ from, headers: fields })));
    expect(answers.map(refusal)).toEqual(answers.map(() => refused));
  });

  it('lets Event Grid validate its subscription, and nobody without a token', async () => {
    const eventType = 'Microsoft.EventGrid.SubscriptionValidationEvent';
    const data = { validationCode: '512d38b6-c7b8-40c8' };
    const body = JSON.stringify([{ id: '1', eventType, data }]);
    expect(refusal(await send({ body }))).toEqual(refused);
    const { status, text } = await send({ body, headers: await bearer() });
    expect([status, text]).toEqual([200, '{"validationResponse":"512d38b6-c7b8-40c8"}']);
  });
});

describe('the handshake of CloudEvents', () => {
  it.each([ofStore, '/v1/stores/none/notify', ofSync])('is the same at %s', async (url) => {
    const ask = async (origin: string) => {
      const headers = { 'webhook-request-origin': origin };
      const { statusCode, headers: fields } = await fastify.inject({
        ...{ method: 'OPTIONS', url, headers },
      });
      return [statusCode, fields['webhook-allowed-origin']];
    };
    expect(await ask('eventgrid.azure.net')).toEqual([200, 'eventgrid.azure.net']);
    expect(await ask('sender.example')).toEqual([200, undefined]);
  });
});

describe('a topic of SNS', () => {
  beforeAll(async () => {
    const { topicArn } = topic;
    await notifyBy({ sns: { topicArn, endpoint: places.url.origin, caSecret } });
  });

  const plain = { 'content-type': 'text/plain; charset=UTF-8' };
  const sent = (message: object) =>
    send({ from: '192.0.2.3', body: JSON.stringify(message), headers: plain });

  it('has its subscription confirmed, if it is this topic', async () => {
    const origin = places.url.origin;
    const others = [
      topic.confirmation(origin, { TopicArn: topic.topicArn.replace('secrets', 'others') }),
      topic.confirmation('https://sns.eu-west-1.amazonaws.com.evil.example'),
      topic.confirmation(origin, { SignatureVersion: '1' }),
    ];
    for (const message of others) expect(refusal(await sent(message))).toEqual(refused);
    expect(places.requests).not.toContain('GET /');
    expect((await sent(topic.confirmation(origin))).status).toBe(202);
    expect(places.requests).toContain('GET /');
  });

  it('makes the value that an event of EventBridge names arrive', async () => {
    const detail = { name: 'k8s/pay/db', labelUpdated: 'AWSCURRENT', versionId: '1' };
    const event = { 'detail-type': 'Secret Label Updated', source: 'aws.secretsmanager', detail };
    const { origin } = places.url;
    const message = topic.message(origin, { Message: JSON.stringify(event) });
    expect(refusal(await sent({ ...message, Message: '{}' }))).toEqual(refused);
    expect((await sent(message)).status).toBe(202);
    await arrives();
  });
});

describe('an address that sends many wrong credentials', () => {
  it('gets 429 for the next one, and still sends right ones', async () => {
    await notifyBy({ signature });
    const from = '192.0.2.4';
    const wrong = () => send({ from, headers: new WebhookSender().headersOf(names) });
    for (let sentBefore = 0; sentBefore < 20; sentBefore += 1) {
      expect((await wrong()).status).toBe(401);
    }
    expect((await wrong()).status).toBe(429);
    expect((await send({ from, headers: webhooks.headersOf(names) })).status).toBe(202);
    await arrives();
  });
});
