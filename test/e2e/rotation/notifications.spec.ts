import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type HttpsPost,
  type HttpsReceiver,
  isGenuine,
  startHttpsReceiver,
} from '../../integration/rotation/https-receiver.js';
import { CanaryScanner } from '../../support/canary.js';
import { InterruptedPort } from '../../support/interrupted-port.js';
import { type Receiving, RotationReceiver } from '../../support/rotation-receiver.js';
import { RotationWorld } from '../../support/rotation-world.js';
import { eventually } from '../../support/tokens-world.js';

const namespace = 'notified';
const KEY = 'the key of a listener, long enough';
const oldValue = 'canary-of-the-old-password';
const generate = [{ key: 'password', password: { length: 40 } }];

let dir: string;
let listener: HttpsReceiver;
let way: InterruptedPort;
let world: RotationWorld;
let receiver: RotationReceiver;
/** Status of the next answers of the listener, then 204. */
const refusals: number[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sallyport-notified-'));
  listener = await startHttpsReceiver((_post, response) => {
    response.writeHead(refusals.shift() ?? 204).end();
  });
  way = await InterruptedPort.to(listener.port);
  const [secretFile, certificateAuthorityFile] = [join(dir, 'key'), join(dir, 'ca.crt')];
  await writeFile(secretFile, `${KEY}\n`);
  await writeFile(certificateAuthorityFile, listener.ca);
  const url = `https://127.0.0.1:${way.port}/events?from=cluster-1`;
  const rotation = {
    egress: { allow: [{ host: '127.0.0.1', addresses: ['127.0.0.1/32'] }] },
    notifications: [{ url, secretFile, certificateAuthorityFile }],
  };
  world = await RotationWorld.start(namespace, { rotation });
  receiver = await RotationReceiver.start(world);
});

afterAll(async () => {
  await receiver?.stop();
  await world?.stop();
  await way?.close();
  await listener?.close();
  await rm(dir, { recursive: true, force: true });
});

beforeEach(() => {
  refusals.length = 0;
});

interface Event {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly source: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly secret: string };
}

const eventIn = ({ body }: HttpsPost): Event => JSON.parse(String(body)) as Event;
const postsOf = (secret: string): readonly HttpsPost[] =>
  listener.posts.filter((post) => eventIn(post).data.secret === secret);
const typesOf = (secret: string): readonly string[] =>
  postsOf(secret).map((post) => eventIn(post).type.replace('dev.sallyport.', ''));

async function rotated(name: string, receiving?: Receiving): Promise<void> {
  await world.seed(name, { password: oldValue });
  await world.rotate(name, receiving === undefined ? { generate } : receiver.spec(receiving));
}

async function begun(name: string, state: string): Promise<string> {
  const { id } = await world.begin(name);
  await eventually(async () => expect((await world.run(name, id)).state).toBe(state));
  return id;
}

const asked = (name: string, below: string) =>
  world.as('owner').post(`${world.at(name)}/rotation/runs/${below}`, '');

/** Backing off takes a while. */
const patience = { timeout: 40_000, interval: 100 };

describe('whoever listens', () => {
  it('hears that a run waits and that it has succeeded, in that order, signed', async () => {
    await rotated('heard', 'ok');
    const id = await begun('heard', 'waiting');
    await eventually(async () => expect(typesOf('heard')).toEqual(['rotation.waiting']));
    await asked('heard', `${id}/retire`);
    await eventually(async () => {
      expect(typesOf('heard')).toEqual(['rotation.waiting', 'rotation.succeeded']);
    });
    const posts = postsOf('heard');
    for (const post of posts) {
      expect(post).toMatchObject({ method: 'POST', path: '/events?from=cluster-1' });
      expect(post.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
      expect(isGenuine(post, Buffer.from(KEY))).toBe(true);
      expect(isGenuine({ ...post, body: Buffer.from('{}') }, Buffer.from(KEY))).toBe(false);
      expect(post.headers['webhook-id']).toBe(eventIn(post).id);
      expect(eventIn(post)).toMatchObject({
        specversion: '1.0',
        subject: id,
        source: `/namespaces/${namespace}/secrets/heard/rotation`,
        data: { namespace, secret: 'heard', runId: id, trigger: 'manual' },
      });
    }
    const [waits, succeeded] = posts.map(eventIn);
    expect(waits?.id).not.toBe(succeeded?.id);
    const { fromVersion, toVersion } = await world.run('heard', id);
    expect(waits?.data).toMatchObject({ state: 'waiting', step: 'retire', fromVersion });
    // A history that is slow to record the new version is not waited for.
    expect([toVersion, null]).toContain(waits?.data['toVersion']);
    expect(waits?.data['waitingFor']).toMatch(/^the old credential works until/);
    expect(succeeded?.data).toMatchObject({ state: 'succeeded', endedAt: expect.any(String) });
  });

  it('hears why a run has failed, and nothing of one that was given up', async () => {
    await rotated('refused', 'never');
    const failed = await begun('refused', 'failed');
    await eventually(async () => expect(typesOf('refused')).toEqual(['rotation.failed']));
    const error = { reason: 'PasswordRejected', message: 'the receiver rejects the step set' };
    expect(postsOf('refused').map(eventIn)).toMatchObject([
      { subject: failed, data: { state: 'failed', step: 'set', error } },
    ]);

    await rotated('given-up', 'stuck');
    const id = await begun('given-up', 'running');
    await asked('given-up', `${id}/cancel`);
    await eventually(async () => expect((await world.run('given-up', id)).state).toBe('cancelled'));
    await world.rotate('given-up', { generate });
    expect((await world.runThrough('given-up')).state).toBe('succeeded');
    await eventually(async () => expect(typesOf('given-up')).toEqual(['rotation.succeeded']));
  });

  it('hears it later where nobody was there, under one id, and each Secret by itself', async () => {
    await way.close();
    const heardBefore = listener.posts.length;
    for (const name of ['late', 'late-too']) await rotated(name);
    const { id } = await world.runThrough('late');
    expect((await world.runThrough('late')).state).toBe('succeeded');
    expect((await world.runThrough('late-too')).state).toBe('succeeded');
    expect(listener.posts).toHaveLength(heardBefore);

    refusals.push(503);
    await way.open();
    await vi.waitFor(() => {
      const ids = new Set(postsOf('late').map((post) => eventIn(post).id));
      expect([ids.size, postsOf('late-too').length > 0]).toEqual([2, true]);
      expect(listener.posts.length).toBeGreaterThanOrEqual(heardBefore + 4);
    }, patience);
    const all = [...postsOf('late'), ...postsOf('late-too')];
    const bodies = new Map(all.map((post) => [eventIn(post).id, String(post.body)]));
    expect([bodies.size, all.length]).toEqual([3, 4]);
    for (const post of all) {
      expect(String(post.body)).toBe(bodies.get(String(post.headers['webhook-id'])));
      expect(isGenuine(post, Buffer.from(KEY))).toBe(true);
    }
    const [first] = postsOf('late').map(eventIn);
    expect(first?.subject).toBe(id);
  }, 90_000);

  it('hears no value, neither the old one nor a new one', async () => {
    const name = 'silent';
    await rotated(name, 'ok');
    const id = await begun(name, 'waiting');
    const { password = '' } = await world.stored(name);
    await asked(name, `${id}/retire`);
    await eventually(async () => expect(typesOf(name)).toContain('rotation.succeeded'));
    const values = [oldValue, password, KEY, 'a signing key of at least 24 bytes'];
    for (const { headers, body } of listener.posts) {
      const whole = Buffer.concat([Buffer.from(JSON.stringify(headers)), body]);
      for (const value of values) expect(CanaryScanner.forParts(value).find(whole)).toEqual([]);
    }
  });
});
