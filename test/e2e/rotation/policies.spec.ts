import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RestAnswer } from '../../support/rest-caller.js';
import { RestCaller } from '../../support/rest-caller.js';
import { RotationReceiver } from '../../support/rotation-receiver.js';
import { rotationsIn, secretRotation } from '../../support/rotation-manifests.js';
import { RotationWorld } from '../../support/rotation-world.js';
import { eventually, virtual } from '../../support/tokens-world.js';

const namespace = 'policies';
const generate = [{ key: 'password', password: { length: 40 } }];
const other = { generate, retireAfter: '2h' };

let world: RotationWorld;
let receiver: RotationReceiver;
let count = 0;

beforeAll(async () => {
  world = await RotationWorld.start(namespace);
  receiver = await RotationReceiver.start(world);
});

afterAll(async () => {
  await receiver?.stop();
  await world?.stop();
});

type Headers = Readonly<Record<string, string>>;

/** A Secret of its own, and the calls of its rotation by the owner. */
async function rotated(spec?: object, more: object = {}) {
  count += 1;
  const name = `secret-${count}`;
  await world.seed(name, { password: 'the-old-password' }, more);
  const path = `${world.at(name)}/rotation`;
  const owner = world.as('owner');
  if (spec !== undefined) await world.rotate(name, spec);
  return {
    name,
    path,
    get: (query = '', headers: Headers = {}) => owner.get(`${path}${query}`, headers),
    put: (body: object, headers: Headers = {}, query = '') =>
      owner.put(`${path}${query}`, body, headers),
    remove: (headers: Headers = {}, query = '') => owner.delete(`${path}${query}`, headers),
  };
}

const etagOf = ({ headers }: RestAnswer): string => headers['etag'] ?? '';
const specOf = async (name: string): Promise<unknown> =>
  ((await world.policy(name)) as unknown as { readonly spec?: unknown }).spec;

describe('what is read of a rotation', () => {
  it('is a body of a write that changes nothing, whatever the spec says', async () => {
    const specs = [
      { generate },
      receiver.spec('ok', {
        schedule: { cron: '0 3 * * 0', timeZone: 'Europe/Berlin', window: '2h', jitter: '10m' },
        strategy: 'singleUser',
        suspend: true,
        historyLimit: 3,
        adopt: 'me',
        consumers: { workloads: [{ kind: 'Deployment', name: 'app' }], timeout: '1m' },
      }),
    ];
    for (const spec of specs) {
      const { name, get, put } = await rotated(spec);
      const read = await get();
      expect(read.body).toMatchObject({ ...spec, author: expect.stringMatching(/:owner$/) });
      const again = await put(read.body);
      expect(again.status, again.text).toBe(200);
      expect(again.body).toEqual(read.body);
      expect([etagOf(again), etagOf(await get())]).toEqual([etagOf(read), etagOf(read)]);
      expect((await world.policy(name)).metadata.generation).toBe(1);
    }
  });

  it('can be written for another Secret, but not in the name of another', async () => {
    const { body } = await (await rotated(other)).get();
    const { name, put, get } = await rotated();
    const forged = { author: 'system:admin', problem: 'none', nextRunAt: '2000-01-01T00:00:00Z' };
    expect((await put({ ...body, ...forged })).status).toBe(201);
    expect((await get()).body).toMatchObject({
      ...other,
      ...{ author: `system:serviceaccount:${namespace}:owner`, problem: null, nextRunAt: null },
    });
    expect(await specOf(name)).toMatchObject({ ...other, secretName: name });
  });

  it('tells its last run and its next one, and keeps its ETag meanwhile', async () => {
    const { name, get } = await rotated({ generate, schedule: { every: '30d' } });
    const before = await get();
    const { id } = await world.runThrough(name);
    await eventually(async () => {
      const { body, headers } = await get();
      expect(body).toMatchObject({ lastRun: { id, state: 'succeeded' }, problem: null });
      const nextMs = Date.parse(String(body['nextRunAt']));
      expect(nextMs).toBeGreaterThan(Date.now() + 29 * 86_400_000);
      expect(headers['etag']).toBe(etagOf(before));
    });
  });

  it('says which rule a spec breaks that came past the gateway, and is not run', async () => {
    const { name, path, get } = await rotated();
    const schedule = { cron: '0 3 31 2 *' };
    const { cluster } = world.installation;
    const made = secretRotation(name, { schedule });
    expect((await cluster.request('POST', rotationsIn(namespace), made)).status).toBe(201);
    const { body } = await get();
    expect(body['problem']).toMatch(/^\/schedule\/cron: /);
    await world.condition(name, 'Ready', 'PolicyInvalid');
    const run = await world.as('owner').post(`${path}/runs`, {});
    expect(run).toMatchObject({
      status: 422,
      body: { detail: expect.stringMatching('/schedule') },
    });
  });

  it('has a HEAD without a body, by the same right', async () => {
    const { path, get } = await rotated({ generate });
    const head = (role: 'owner' | 'getter' | 'nobody', at: string) =>
      world.as(role).send({ method: 'HEAD', path: at });
    const { headers } = await get();
    for (const role of ['owner', 'getter'] as const) {
      const answer = await head(role, path);
      expect([answer.status, answer.text, etagOf(answer)]).toEqual([200, '', headers['etag']]);
    }
    expect((await head('getter', `${path}/runs`)).status).toBe(200);
    expect((await head('nobody', path)).status).toBe(403);
    expect((await head('owner', `${world.at('absent')}/rotation`)).status).toBe(404);
  });
});

describe('a condition', () => {
  it('of If-Match lets through who has seen the spec as it is, and no other', async () => {
    const { name, get, put, remove } = await rotated({ generate });
    const seen = { 'if-match': etagOf(await get()) };
    const changed = await put(other, seen);
    expect(changed.status).toBe(200);
    expect(etagOf(changed)).not.toBe(seen['if-match']);
    const failed = { status: 412, body: { code: 'Conflict' } };
    expect(await put({ generate }, seen)).toMatchObject(failed);
    expect(await remove(seen)).toMatchObject(failed);
    expect(await specOf(name)).toMatchObject(other);
    expect((await put(other, { 'if-match': '*' })).status).toBe(200);
    const either = `"other", ${etagOf(changed)}`;
    expect((await remove({ 'if-match': either })).status).toBe(204);
    expect(await put(other, { 'if-match': '*' })).toMatchObject(failed);
    expect(await remove({ 'if-match': '*' })).toMatchObject(failed);
    expect((await get()).status).toBe(404);
  });

  it('of If-None-Match makes one where there is none', async () => {
    const { put, remove } = await rotated();
    const ifNone = { 'if-none-match': '*' };
    expect((await put({ generate }, ifNone)).status).toBe(201);
    const failed = { status: 412, body: { code: 'AlreadyExists' } };
    expect(await put(other, ifNone)).toMatchObject(failed);
    expect(await put(other, { 'if-none-match': '"a"' })).toMatchObject({ status: 400 });
    expect(await remove(ifNone)).toMatchObject({ status: 400 });
  });

  it('that nobody stated fails nothing: a status may be written at the same time', async () => {
    const { name, put, remove } = await rotated({ generate });
    const { cluster } = world.installation;
    const item = `${rotationsIn(namespace)}/${name}/status`;
    const touch = (text: number | string) =>
      cluster.request('PATCH', item, { status: { message: String(text) } });
    for (let round = 0; round < 15; round += 1) {
      const written = put({ generate, retireAfter: `${round + 1}h` });
      const [answer] = await Promise.all([written, touch(round)]);
      expect(answer.status, answer.text).toBe(200);
    }
    const [removed] = await Promise.all([remove(), touch('last')]);
    expect(removed.status).toBe(204);
    const both = await Promise.all([put({ generate }), put(other)]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 201]);
  });
});

describe('a dry run', () => {
  it('answers as the write would, and writes nothing', async () => {
    const { name, get, put, remove } = await rotated();
    const dry = '?dryRun=All';
    const made = await put({ generate }, {}, dry);
    expect([made.status, etagOf(made)]).toEqual([201, '']);
    expect(made.body).toMatchObject({ generate, author: expect.stringMatching(/:owner$/) });
    expect((await get()).status).toBe(404);
    expect((await remove({}, dry)).status).toBe(404);

    await put({ generate });
    const replaced = await put(other, {}, dry);
    expect([replaced.status, etagOf(replaced)]).toEqual([200, '']);
    expect((await remove({}, dry)).status).toBe(204);
    expect((await put(other, { 'if-none-match': '*' }, dry)).status).toBe(412);
    expect((await put({ generate: [] }, {}, dry)).status).toBe(422);
    expect(await specOf(name)).not.toMatchObject({ retireAfter: '2h' });
    expect((await world.policy(name)).metadata.generation).toBe(1);
  });

  it('needs the right that the write would need', async () => {
    const { installation } = world;
    const writes = { verbs: ['update'], resources: ['secrets'] };
    const as = async (verb: 'create' | 'update') => {
      const rules = [virtual('secretrotations', verb), writes];
      const token = await installation.user(namespace, `only-${verb}`, rules);
      return new RestCaller(installation.gateway.fastify, token);
    };
    for (const verb of ['create', 'update'] as const) {
      const [there, missing] = [await rotated({ generate }), await rotated()];
      const [wrong, right] = verb === 'create' ? [there, missing] : [missing, there];
      const caller = await as(verb);
      const dry = '?dryRun=All';
      // Clusters lag a little behind what was granted.
      await eventually(async () => {
        const { status, text } = await caller.put(`${right.path}${dry}`, other);
        expect(status, text).toBe(verb === 'create' ? 201 : 200);
      });
      for (const query of [dry, '']) {
        const refused = await caller.put(`${wrong.path}${query}`, other);
        expect(refused).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
      }
      expect((await caller.put(right.path, other)).status).toBeLessThan(300);
    }
  });
});

describe('what is not known', () => {
  it.each([
    ['PUT', '?dryrun=All'],
    ['PUT', '?dryRun=all'],
    ['PUT', '?dryRun=All&dryRun=All'],
    ['DELETE', '?dryrun=All'],
    ['GET', '?version=1'],
  ] as const)('is refused of the parameters of a %s: %s', async (method, query) => {
    const { name, path } = await rotated({ generate });
    const body = method === 'PUT' ? other : undefined;
    const answer = await world.as('owner').send({ method, path: `${path}${query}`, body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'BadRequest' } });
    expect(await specOf(name)).not.toMatchObject({ retireAfter: '2h' });
  });

  it('is refused of a body, at any depth and as null', async () => {
    const { put } = await rotated();
    const password = { length: 40, lenght: 40 };
    const answer = await put({ generate: [{ key: 'password', password }], suspend: null });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([
      { pointer: '/generate/0/password/lenght', reason: 'unknown' },
      { pointer: '/suspend', reason: 'expected boolean' },
    ]);
    for (const body of ['[]', '"text"', 'null']) {
      const { path } = await rotated();
      const json = { 'content-type': 'application/json' };
      expect((await world.as('owner').put(path, body, json)).status).toBe(422);
    }
  });
});

describe('a Secret that another controller writes', () => {
  const controller = (apiVersion: string, kind: string) => ({
    ownerReferences: [{ apiVersion, kind, name: 'db', uid: randomUUID(), controller: true }],
  });
  const signs: readonly (readonly [owner: string, metadata: object])[] = [
    ['Argo CD', { labels: { 'argocd.argoproj.io/instance': 'shop' } }],
    ['Argo CD', { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:/Secret:pay/db' } }],
    ['Flux', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }],
    ['Flux', { labels: { 'helm.toolkit.fluxcd.io/name': 'apps' } }],
    ['External Secrets', { labels: { 'reconcile.external-secrets.io/managed': 'true' } }],
    ['External Secrets', { annotations: { 'reconcile.external-secrets.io/data-hash': 'a' } }],
    ['ExternalSecret db', controller('external-secrets.io/v1', 'ExternalSecret')],
    ['SealedSecret db', controller('bitnami.com/v1alpha1', 'SealedSecret')],
    ['Sealed Secrets', { annotations: { 'sealedsecrets.bitnami.com/managed': 'true' } }],
    ['Helm', { annotations: { 'meta.helm.sh/release-name': 'shop' } }],
    ['Helm', { labels: { 'app.kubernetes.io/managed-by': 'Helm' } }],
  ];

  it.each(signs)('is refused without takeOwnership: %s by %j', async (owner, metadata) => {
    const name = `secret-${count + 1}`;
    const { put, get } = await rotated(undefined, { metadata: { name, ...metadata } });
    const reason = `ManagedElsewhere: the Secret is managed by ${owner}`;
    const refused = await put({ generate });
    expect(refused).toMatchObject({ status: 422, body: { code: 'Invalid' } });
    expect(refused.body.errors).toEqual([{ pointer: '/takeOwnership', reason }]);
    expect((await get()).status).toBe(404);
    expect((await put({ generate, takeOwnership: true })).status).toBe(201);
  });

  it.each([
    ['Argo CD', 'argocd-controller'],
    ['Flux', 'kustomize-controller'],
    ['External Secrets', 'externalsecrets.external-secrets.io/db'],
    ['Helm', 'helm'],
  ])('is known by who wrote it last: %s as %s', async (owner, manager) => {
    const { name, put } = await rotated();
    const { cluster } = world.installation;
    const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
    const written = { stringData: { other: 'a-value-of-theirs' } };
    const query = `?fieldManager=${encodeURIComponent(manager)}`;
    expect((await cluster.request('PATCH', `${path}${query}`, written)).status).toBe(200);
    expect((await put({ generate })).body.detail).toContain(`managed by ${owner}`);
  });

  it('says so in status, run and audit where it is rotated past the gateway', async () => {
    const { name, put } = await rotated({ generate });
    await world.condition(name, 'Ready', 'Accepted');
    const labels = { 'argocd.argoproj.io/instance': 'shop' };
    const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
    await world.installation.cluster.request('PATCH', path, { metadata: { labels } });
    const run = await world.runThrough(name);
    const message = 'the Secret is managed by Argo CD; takeOwnership rotates it all the same';
    expect(run).toMatchObject({ state: 'failed', error: { reason: 'ManagedElsewhere', message } });
    await world.condition(name, 'Ready', 'ManagedElsewhere');
    await world.condition(name, 'Degraded', 'ManagedElsewhere');
    expect(await world.stored(name)).toEqual({ password: 'the-old-password' });

    await put({ generate, takeOwnership: true });
    expect(await world.runThrough(name)).toMatchObject({ state: 'succeeded' });
    await world.condition(name, 'Degraded', 'AsExpected');
  });
});

describe('a write repeated under its Idempotency-Key', () => {
  it('is answered again, and does not undo what came between', async () => {
    const { name, put, remove } = await rotated();
    const key = { 'idempotency-key': `key-of-${name}` };
    const first = await put({ generate }, key);
    expect(first.status).toBe(201);
    await put(other);
    const again = await put({ generate }, key);
    expect([again.status, again.body, etagOf(again)]).toEqual([201, first.body, etagOf(first)]);
    expect(await specOf(name)).toMatchObject(other);
    expect(await put(other, key)).toMatchObject({ status: 422, body: { code: 'Invalid' } });

    expect((await remove(key)).status).toBe(204);
    await put({ generate });
    expect((await remove(key)).status).toBe(204);
    expect(await specOf(name)).toBeDefined();
  });
});
