import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RestCaller } from '../../support/rest-caller.js';
import { type Receiving, RotationReceiver } from '../../support/rotation-receiver.js';
import { type RunBody, RotationWorld } from '../../support/rotation-world.js';
import { eventually, virtual } from '../../support/tokens-world.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

const namespace = 'runs';
const generate = [{ key: 'password', password: { length: 40 } }];
const oldValue = 'the-old-password';
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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

/** A Secret of its own that is rotated so, and the address of its runs. */
async function rotated(spec: object = { generate }) {
  count += 1;
  const name = `secret-${count}`;
  await world.seed(name, { password: oldValue });
  await world.rotate(name, spec);
  return { name, path: `${world.at(name)}/rotation/runs` };
}

/** One whose run is at `set` and does not get on, or has published and waits. */
async function underway(receiving: Receiving, more: object = {}) {
  const one = await rotated(receiver.spec(receiving, more));
  const run = await world.begin(one.name);
  await eventually(async () => {
    const { step, state, error } = await world.run(one.name, run.id);
    if (receiving === 'stuck') expect([step, error?.reason]).toEqual(['set', 'TargetFailed']);
    else expect(state).toBe('waiting');
  });
  return { ...one, id: run.id };
}

const owner = () => world.as('owner');
const post = (path: string, headers = {}) => owner().send({ method: 'POST', path, headers });
const runsOf = async (path: string) => (await owner().get(path)).body.items;
const states = async (path: string) => (await runsOf(path)).map(({ state }) => state);
/** For its end. */
const ended = async (path: string, id: string) =>
  (await owner().get(`${path}/${id}?waitSeconds=30`)).body as unknown as RunBody;

describe('the start of a run', () => {
  it('is told where to look, with a body or without', async () => {
    for (const [body, query] of [
      ['', ''],
      [{ reason: 'leaked' }, ''],
      [{}, '?'],
    ] as const) {
      const { path } = await rotated();
      const answer = body === '' ? await post(path) : await owner().post(`${path}${query}`, body);
      expect(answer.status, answer.text).toBe(202);
      const { id } = answer.body as unknown as RunBody;
      expect([id, answer.headers['location']]).toEqual([
        expect.stringMatching(uuid),
        `${path}/${id}`,
      ]);
      const { body: found } = await owner().get(`${answer.headers['location']}?waitSeconds=30`);
      const reason = Object(body).reason ?? null;
      expect(found).toMatchObject({ id, reason, state: 'succeeded', trigger: 'manual' });
      expect(found['requestedBy']).toMatch(/:owner$/);
    }
  });

  it('leaves a version that names who asked for it and why, and an event under its audit id', async () => {
    const { name } = await rotated();
    await world.numbered(name);
    const run = await world.runThrough(name, { reason: 'leaked' });
    const wished = { reason: 'leaked', onBehalfOf: `system:serviceaccount:${namespace}:owner` };
    const versions = await owner().get(`${world.at(name)}/versions?limit=1`);
    const [made] = versions.body.items as readonly { readonly auditId: string }[];
    expect(made).toMatchObject({ ...wished, version: run.toVersion, door: 'rotation' });
    const graphql = await owner().post('/graphql', {
      query: `{ secret(namespace: "${namespace}", name: "${name}") { versions(first: 1) { nodes {
        reason onBehalfOf auditId restoredFrom } } } }`,
    });
    expect(JSON.parse(graphql.text).data.secret.versions.nodes).toEqual([
      { ...wished, auditId: made?.auditId, restoredFrom: null },
    ]);
    const events = `/v1/audit/events?namespace=${namespace}`;
    const written = await owner().get(`${events}&auditId=${made?.auditId}`);
    expect(written.body.items).toMatchObject([
      { ...wished, action: 'secrets.patch', secret: name, version: run.toVersion },
    ]);
    const all = (await owner().get(`${events}&secret=${name}`)).body.items as readonly object[];
    const ofRun = all.filter((event) => 'parentId' in event && event.parentId === run.id);
    expect(ofRun.length).toBeGreaterThan(3);
    for (const event of ofRun) expect(event).toMatchObject(wished);
  });

  it('takes X-Change-Reason for its reason', async () => {
    const { path } = await rotated();
    const answer = await post(path, { 'x-change-reason': 'somebody has left' });
    expect(answer.body).toMatchObject({ reason: 'somebody has left' });
  });

  it('needs its own right and no other', async () => {
    const { name, path } = await rotated();
    const answer = await world.as('runner').post(path, {});
    expect(answer.status).toBe(202);
    expect((await ended(path, String(answer.body['id']))).state).toBe('succeeded');
    for (const role of ['rotator', 'getter', 'nobody'] as const) {
      const { status } = await world.as(role).post(path, {});
      expect([role, status]).toEqual([role, role === 'rotator' ? 202 : 403]);
    }
    expect((await world.as('runner').get(`${world.at(name)}/rotation`)).status).toBe(403);
  });

  it('refuses members, parameters and values that it does not know', async () => {
    const { path } = await rotated();
    const refused = [
      [{ retireafter: '0s' }, '', 422, '/retireafter'],
      [{ retireAfter: '31d' }, '', 422, '/retireAfter'],
      [{ retireAfter: 0 }, '', 422, '/retireAfter'],
      [{ reason: '' }, '', 422, '/reason'],
      [{}, '?dryRun=All', 400, '/query/dryRun'],
      [{}, '?waitSeconds=1', 400, '/query/waitSeconds'],
    ] as const;
    for (const [body, query, status, pointer] of refused) {
      const answer = await owner().post(`${path}${query}`, body);
      expect(answer).toMatchObject({ status, body: { errors: [{ pointer }] } });
    }
    expect(await runsOf(path)).toEqual([]);
  });

  it('is one run under one Idempotency-Key, while it goes on and when it is over', async () => {
    const { name, path, id } = await underway('stuck');
    const other = await post(path, { 'idempotency-key': `other-${name}` });
    expect(other).toMatchObject({ status: 409, body: { code: 'Conflict', runId: id } });
    expect((await post(`${path}/${id}/cancel`)).status).toBe(202);
    expect((await ended(path, id)).state).toBe('cancelled');

    const key = { 'idempotency-key': `key-of-${name}` };
    const first = await owner().post(path, { reason: 'once' }, key);
    const again = await owner().post(path, { reason: 'once' }, key);
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.body['id']).toBe(first.body['id']);
    await post(`${path}/${String(first.body['id'])}/cancel`);
    await ended(path, String(first.body['id']));
    const late = await owner().post(path, { reason: 'once' }, key);
    expect([late.status, late.body['id']]).toEqual([202, first.body['id']]);
    expect(late.headers['location']).toBe(`${path}/${String(first.body['id'])}`);
    const differs = await owner().post(path, { reason: 'another' }, key);
    expect(differs).toMatchObject({ status: 422, body: { code: 'Invalid' } });
    expect(await runsOf(path)).toHaveLength(2);
  });

  it('ends the old value as soon as it says, in place of the spec', async () => {
    const { name, path } = await rotated(receiver.spec('ok', { retireAfter: '7d' }));
    const { id } = await world.begin(name, { retireAfter: '0s' });
    expect(await ended(path, id)).toMatchObject({ state: 'succeeded', step: 'retire' });
    expect(receiver.stepsOf(id)).toEqual(['create', 'set', 'test', 'finish', 'retire']);
  });
});

describe('a wait for a run', () => {
  it('ends with the run, or when the time is up', async () => {
    const { path, id } = await underway('ok');
    const beganMs = performance.now();
    const { body } = await owner().get(`${path}/${id}?waitSeconds=1`);
    expect(body).toMatchObject({ state: 'waiting', step: 'retire' });
    expect(body['waitingFor']).toMatch(/^the old credential works until 20/);
    expect(performance.now() - beganMs).toBeGreaterThan(900);
    const waited = ended(path, id);
    expect((await post(`${path}/${id}/retire`)).status).toBe(202);
    expect((await waited).state).toBe('succeeded');
  });

  it('takes from 1 to 300 seconds', async () => {
    const { path, id } = await underway('ok');
    for (const seconds of ['0', '301', '-1', '1.5', 'long', '']) {
      const { status, body } = await owner().get(`${path}/${id}?waitSeconds=${seconds}`);
      const reason = 'must be a whole number of seconds, 1 to 300';
      expect([seconds, status, body.errors]).toEqual([
        ...[seconds, 400],
        [{ pointer: '/query/waitSeconds', reason }],
      ]);
    }
  });

  it('ends with its client, on record as cancelled and not as a fault', async () => {
    const { name, path, id } = await underway('ok');
    const { gateway, log } = world.installation;
    const headers = { authorization: `Bearer ${world.tokens.owner}` };
    const outgoing = httpRequest(new URL(`${path}/${id}?waitSeconds=300`, world.url), { headers });
    outgoing.on('error', () => undefined);
    outgoing.end();
    await once(outgoing, 'finish');
    const arrived = log.length;
    outgoing.destroy();
    await eventually(async () => {
      const { items } = await partOf(gateway, AuditService).list({ secret: name });
      const ended = items.find(({ action }) => action === 'rotations.get');
      expect(ended).toMatchObject({ outcome: 'allowed', code: 499 });
    });
    await eventually(() => expect(log.slice(arrived).join('')).toContain('"status":499'));
    expect(log.slice(arrived).filter((line) => line.includes('error.unexpected'))).toEqual([]);
  });

  it('is answered to nobody who has lost the right meanwhile', async () => {
    const { path, id } = await underway('ok');
    const { installation } = world;
    const token = await installation.user(namespace, 'leaver', [virtual('secretrotations', 'get')]);
    const leaver = new RestCaller(installation.gateway.fastify, token);
    await eventually(async () => expect((await leaver.get(path)).status).toBe(200));
    const waited = leaver.get(`${path}/${id}?waitSeconds=4`);
    const bindings = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`;
    await installation.cluster.request('DELETE', `${bindings}/${namespace}-leaver`);
    expect(await waited).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
  });
});

describe('what is asked of a run', () => {
  it('can be taken back while nothing is published', async () => {
    const { name, path, id } = await underway('stuck');
    const asked = [await post(`${path}/${id}/cancel`), await post(`${path}/${id}/cancel`)];
    expect(asked.map(({ status }) => status)).toEqual([202, 202]);
    const run = await ended(path, id);
    expect(run).toMatchObject({ state: 'cancelled', toVersion: null });
    expect(run.error).toBeUndefined();
    expect(await world.stored(name)).toEqual({ password: oldValue });
    expect(receiver.stepsOf(id).at(-1)).toBe('retire');
    expect((await post(`${path}/${id}/cancel`)).status).toBe(202);
    expect((await world.begin(name)).id).not.toBe(id);
  });

  it('can end the old value of what is published, and take back no more', async () => {
    const { name, path, id } = await underway('ok');
    const stored = await world.stored(name);
    expect(stored).not.toEqual({ password: oldValue });
    const late = await post(`${path}/${id}/cancel`);
    expect(late).toMatchObject({ status: 409, body: { code: 'Conflict', runId: id } });
    expect((await post(`${path}/${id}/retire`)).status).toBe(202);
    expect(await ended(path, id)).toMatchObject({ state: 'succeeded' });
    expect(await world.stored(name)).toEqual(stored);
    expect((await post(`${path}/${id}/cancel`)).status).toBe(409);
  });

  it('ends with its policy before anything is published, and not afterwards', async () => {
    const stuck = await underway('stuck');
    const waiting = await underway('ok');
    for (const { name } of [stuck, waiting]) {
      expect((await owner().delete(`${world.at(name)}/rotation`)).status).toBe(204);
    }
    const run = await ended(stuck.path, stuck.id);
    expect(run).toMatchObject({ state: 'failed', error: { reason: 'PolicyGone' } });
    expect((await world.run(waiting.name, waiting.id)).state).toBe('waiting');
    await post(`${waiting.path}/${waiting.id}/retire`);
    expect((await ended(waiting.path, waiting.id)).state).toBe('succeeded');
  });

  it('is found under its own Secret alone', async () => {
    const { path, id } = await underway('ok');
    const { path: other } = await rotated();
    for (const answer of [
      await owner().get(`${other}/${id}`),
      await post(`${other}/${id}/cancel`),
      await post(`${other}/${id}/retire`),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'NotFound' } });
    }
    for (const below of ['?x=1', '/cancel?dryRun=All', '/retire?x=1']) {
      const method = below.startsWith('?') ? 'GET' : 'POST';
      const answer = await owner().send({ method, path: `${path}/${id}${below}` });
      expect(answer.status).toBe(400);
    }
    expect((await owner().get(`${path}/${id}`)).body).toMatchObject({ state: 'waiting' });
  });
});

describe('the list of runs', () => {
  it('comes in pages, newest first, each once', async () => {
    const { name, path } = await rotated();
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.unshift((await world.runThrough(name)).id);
    const found: unknown[] = [];
    let next: string | undefined = '';
    for (let pages = 0; next !== undefined; pages += 1) {
      expect(pages).toBeLessThan(3);
      const query = next === '' ? '' : `&continue=${encodeURIComponent(next)}`;
      const { body } = await owner().get(`${path}?limit=2${query}`);
      expect(body.items.length).toBeLessThanOrEqual(2);
      found.push(...body.items.map(({ id }) => id));
      next = body.continue;
    }
    expect(found).toEqual(ids);
    expect((await owner().get(`${path}?limit=5`)).body.continue).toBeUndefined();
  });

  it('goes on from no position that is none, is gone or is of another list', async () => {
    const { name, path } = await rotated({ generate, historyLimit: 1 });
    const other = await rotated();
    for (const of of [name, name, other.name, other.name]) await world.runThrough(of);
    const { continue: elsewhere = '' } = (await owner().get(`${other.path}?limit=1`)).body;
    for (const [cursor, status] of [
      [elsewhere, 410],
      ['nonsense', 400],
    ] as const) {
      const answer = await owner().get(`${path}?continue=${encodeURIComponent(cursor)}`);
      expect([cursor, answer.status]).toEqual([cursor, status]);
    }
    for (const query of ['limit=0', 'limit=501', 'limit=1&limit=2', 'first=1']) {
      expect((await owner().get(`${path}?${query}`)).status).toBe(400);
    }
  });

  it('keeps the newest as many as historyLimit says, and is deleted with nothing else', async () => {
    const { name, path } = await rotated({ generate, historyLimit: 2 });
    const ids: string[] = [];
    for (let index = 0; index < 4; index += 1) ids.unshift((await world.runThrough(name)).id);
    await eventually(async () => {
      expect((await runsOf(path)).map(({ id }) => id)).toEqual(ids.slice(0, 2));
    });
    expect((await owner().get(`${path}/${ids[3] ?? ''}`)).status).toBe(404);
    await owner().delete(`${world.at(name)}/rotation`);
    expect(await states(path)).toEqual(['succeeded', 'succeeded']);
  });

  it('is empty where there was no run, and also where there is no rotation', async () => {
    const { path } = await rotated();
    expect((await owner().get(path)).body).toEqual({ items: [] });
    expect((await owner().get(`${world.at('absent')}/rotation/runs`)).body).toEqual({ items: [] });
  });
});

describe('a rotation without its Secret', () => {
  it('says so in status and run, and goes through once there is one', async () => {
    const { cluster } = world.installation;
    const { name } = await rotated();
    await cluster.request('DELETE', `/api/v1/namespaces/${namespace}/secrets/${name}`);
    const run = await world.runThrough(name);
    expect(run).toMatchObject({ state: 'failed', error: { reason: 'SecretMissing' } });
    await world.condition(name, 'Ready', 'SecretMissing');
    await world.seed(name, { password: oldValue });
    expect((await world.runThrough(name)).state).toBe('succeeded');
    await world.condition(name, 'Ready', 'Accepted');
  });
});
