import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretsWorld, etagOf, requireIfMatch } from '../../support/secrets-world.js';

type Role = 'owner' | 'writer' | 'reader' | 'nobody';

const OTHER_UID = '00000000-0000-4000-8000-000000000000';
const roles = ['owner', 'writer', 'reader', 'nobody'] as const;
let world: SecretsWorld<Role>;

beforeAll(async () => {
  world = await SecretsWorld.start('patch-conditions', roles);
});
afterAll(() => world?.stop());

describe('rights of a patch', () => {
  it('lets a writer without get patch, and tells no key names', async () => {
    await world.seed('by-writer', { stringData: { a: 'value-a' } });
    const body = { stringData: { a: 'value-b', b: 'value-c' } };
    const answer = await world.as('writer').merge(world.at('by-writer'), body);
    expect(answer).toMatchObject({ status: 200, body: { changes: null } });
    expect(await world.values('by-writer')).toEqual({ a: 'value-b', b: 'value-c' });
  });

  it('lets a writer without get move a key, which tells nothing of it', async () => {
    await world.seed('renamed', { stringData: { a: 'value-a' } });
    const operation = { op: 'move', from: '/data/a', path: '/data/b' };
    const answer = await world.as('writer').jsonPatch(world.at('renamed'), [operation]);
    expect(answer).toMatchObject({ status: 200, body: { changes: null } });
    expect(await world.values('renamed')).toEqual({ b: 'value-a' });
  });

  it.each([
    ['test', { op: 'test', path: '/stringData/a', value: 'value-a' }],
    ['copy', { op: 'copy', from: '/data/a', path: '/data/b' }],
  ])('is 403 for %s of a key by a writer without get', async (op, operation) => {
    const before = await world.seed(`${op}-by-writer`, { stringData: { a: 'value-a' } });
    const answer = await world.as('writer').jsonPatch(world.at(`${op}-by-writer`), [operation]);
    expect(answer).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
    expect(answer.body.detail).toContain('cannot get resource "secrets"');
    expect(await world.stored(`${op}-by-writer`)).toEqual(before);
  });

  it.each(['reader', 'nobody'] as const)(
    'answers %s, who may not patch, the same whether or not the Secret exists',
    async (role) => {
      const name = `probed-by-${role}`;
      const conditions = [{}, { 'if-match': '*' }, { 'if-match': '"a.1"' }];
      const probe = () =>
        Promise.all(
          conditions.map(async (headers) => {
            const body = { stringData: { a: 'probing-1' }, uid: OTHER_UID };
            const answer = await world.as(role).merge(world.at(name), body, headers);
            const { requestId: _request, auditId: _audit, ...rest } = answer.body;
            return rest;
          }),
        );
      const absent = await probe();
      const annotations = { [requireIfMatch]: 'true' };
      await world.seed(name, { stringData: { a: 'value-a' }, metadata: { annotations } });

      expect(absent.map(({ status }) => status)).toEqual([403, 403, 403]);
      expect(await probe()).toEqual(absent);
    },
  );
});

describe('conditions of a patch', () => {
  const operation = { op: 'add', path: '/stringData/a', value: 'value-a' };

  it('patches under the present ETag and is 412 under a stale one, in either kind', async () => {
    const stale = etagOf(await world.seed('matched', { stringData: { z: 'value-z' } }));
    const caller = world.as('owner');
    const merge = (tag: string, value: string) =>
      caller.merge(world.at('matched'), { stringData: { a: value } }, { 'if-match': tag });
    const patch = (tag: string) =>
      caller.jsonPatch(world.at('matched'), [operation], { 'if-match': tag });

    const merged = await merge(stale, 'value-1');
    expect(merged.status).toBe(200);
    expect(await merge(stale, 'value-2')).toMatchObject({
      status: 412,
      body: { code: 'Conflict' },
    });
    expect(await patch(stale)).toMatchObject({ status: 412, body: { code: 'Conflict' } });
    expect(await world.values('matched')).toMatchObject({ a: 'value-1' });
    expect((await patch(`"x.1", ${merged.headers['etag']}`)).status).toBe(200);
  });

  it('is 412 under If-Match where there is no Secret', async () => {
    const body = { stringData: { a: 'value-a' } };
    const answer = await world.as('owner').merge(world.at('none'), body, { 'if-match': '*' });
    expect(answer).toMatchObject({ status: 412, body: { code: 'Conflict' } });
  });

  it('is 428 without a condition where the Secret demands one', async () => {
    const metadata = { annotations: { [requireIfMatch]: 'true' } };
    const before = await world.seed('guarded', { metadata });
    const caller = world.as('owner');
    const body = { stringData: { b: 'value-b' } };
    for (const answer of [
      await caller.merge(world.at('guarded'), body),
      await caller.jsonPatch(world.at('guarded'), [operation]),
    ]) {
      expect(answer).toMatchObject({ status: 428, body: { code: 'PreconditionRequired' } });
    }
    expect(await world.stored('guarded')).toEqual(before);
    const headers = { 'if-match': etagOf(before) };
    expect((await caller.jsonPatch(world.at('guarded'), [operation], headers)).status).toBe(200);
    const { resourceVersion } = (await world.stored('guarded'))?.metadata ?? {};
    const stated = { ...body, resourceVersion };
    expect((await caller.merge(world.at('guarded'), stated)).status).toBe(200);
  });

  it.each(['0', '00', 'x', ' ', '-1'])(
    'is 409 under a resourceVersion that is no state, also where one is demanded: %j',
    async (resourceVersion) => {
      const name = `stated-${Buffer.from(resourceVersion).toString('hex')}`;
      const metadata = { annotations: { [requireIfMatch]: 'true' } };
      const before = await world.seed(name, { metadata });
      const body = { stringData: { b: 'value-b' }, resourceVersion };
      const answer = await world.as('owner').merge(world.at(name), body);
      expect(answer).toMatchObject({ status: 409, body: { code: 'Conflict' } });
      expect(await world.stored(name)).toEqual(before);
    },
  );

  it('answers a dry run without a state to name and changes nothing', async () => {
    const before = await world.seed('planned', { stringData: { a: 'value-a' } });
    const answer = await world
      .as('owner')
      .merge(`${world.at('planned')}?dryRun=All`, { stringData: { a: null, b: 'value-b' } });
    expect(answer).toMatchObject({
      status: 200,
      body: { changes: { added: ['b'], changed: [], removed: ['a'] } },
    });
    expect(answer.headers['etag']).toBeUndefined();
    expect(answer.body).not.toHaveProperty('resourceVersion');
    expect(answer.body).not.toHaveProperty('version');
    expect(await world.stored('planned')).toEqual(before);
  });
});

describe('media types of a patch', () => {
  it.each([
    'application/strategic-merge-patch+json',
    'application/apply-patch+yaml',
    'text/plain',
    'application/x-www-form-urlencoded',
    undefined,
  ])('is 415 as %s', async (mediaType) => {
    const headers: Record<string, string> = mediaType ? { 'content-type': mediaType } : {};
    const body = '{"stringData":{"a":"value-a"}}';
    const answer = await world
      .as('owner')
      .send({ method: 'PATCH', path: world.at('typed'), body, headers });
    expect(answer).toMatchObject({ status: 415, body: { code: 'UnsupportedMediaType' } });
  });

  it('is 422 where the body is not of the kind that its media type names', async () => {
    const json = { 'content-type': 'application/json-patch+json' };
    const merge = { 'content-type': 'application/merge-patch+json' };
    const caller = world.as('owner');
    const asJson = await caller.merge(world.at('kind'), { stringData: { a: 'value-a' } }, json);
    const asMerge = await caller.jsonPatch(
      world.at('kind'),
      [{ op: 'add', path: '/data/a', value: 'dg==' }],
      merge,
    );
    expect([asJson.status, asMerge.status]).toEqual([422, 422]);
  });
});
