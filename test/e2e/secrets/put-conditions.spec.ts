import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretsWorld, etagOf, requireIfMatch } from '../../support/secrets-world.js';

type Role = 'owner' | 'writer' | 'creator' | 'updater' | 'reader' | 'nobody';

const roles = ['owner', 'writer', 'creator', 'updater', 'reader', 'nobody'] as const;
let world: SecretsWorld<Role>;

beforeAll(async () => {
  world = await SecretsWorld.start('put-conditions', roles);
});
afterAll(() => world?.stop());

describe('conditions of a PUT', () => {
  it('replaces under the present ETag, weak or in a list, and refuses a stale one', async () => {
    let secret = await world.seed('matched');
    const stale = etagOf(secret);
    const put = (value: string, tag: string) =>
      world.as('owner').put(world.at('matched'), { stringData: { value } }, { 'if-match': tag });

    expect((await put('value-1', stale)).status).toBe(200);
    expect(await put('value-2', stale)).toMatchObject({ status: 412, body: { code: 'Conflict' } });
    secret = (await world.stored('matched')) ?? secret;
    expect((await put('value-3', `"x.1", W/${etagOf(secret)}`)).status).toBe(200);
    expect((await put('value-4', '*')).status).toBe(200);
    expect(await world.values('matched')).toEqual({ value: 'value-4' });
  });

  it.each([
    ['if-none-match', '"a.1"'],
    ['if-match', 'a.1'],
    ['if-match', ''],
  ])('is 400 with %s: %s', async (header, value) => {
    const answer = await world
      .as('owner')
      .put(world.at('condition'), { data: {} }, { [header]: value });
    expect(answer).toMatchObject({ status: 400, body: { code: 'BadRequest' } });
    expect(await world.stored('condition')).toBeUndefined();
  });

  it('is 428 without a condition where the Secret demands one', async () => {
    const before = await world.seed('guarded', {
      metadata: { annotations: { [requireIfMatch]: 'true' } },
    });
    const put = (body: object, headers = {}) =>
      world.as('owner').put(world.at('guarded'), { stringData: { a: 'value' }, ...body }, headers);

    expect(await put({})).toMatchObject({ status: 428, body: { code: 'PreconditionRequired' } });
    expect(await world.stored('guarded')).toEqual(before);
    expect((await put({}, { 'if-match': etagOf(before) })).status).toBe(200);
    const { resourceVersion } = (await world.stored('guarded'))?.metadata ?? {};
    expect((await put({ stringData: { a: 'next' }, resourceVersion })).status).toBe(200);
  });
});

describe('rights of a PUT', () => {
  it('lets who may only create create, and not replace', async () => {
    await world.seed('not-mine');
    const body = { stringData: { a: 'by-creator-1' } };
    expect((await world.as('creator').put(world.at('by-creator'), body)).status).toBe(201);
    const refused = await world.as('creator').put(world.at('not-mine'), body);
    expect(refused).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
    expect(refused.body.detail).toContain('cannot update resource "secrets"');
    expect(await world.values('not-mine')).toEqual({});
  });

  it('lets who may only update replace, and not create', async () => {
    await world.seed('replaceable');
    const body = { stringData: { a: 'by-updater-1' } };
    expect((await world.as('updater').put(world.at('replaceable'), body)).status).toBe(200);
    const refused = await world.as('updater').put(world.at('by-updater'), body);
    expect(refused).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
    expect(refused.body.detail).toContain('cannot create resource "secrets"');
    expect(await world.stored('by-updater')).toBeUndefined();
  });

  it.each(['reader', 'nobody'] as const)(
    'answers %s, who may neither, the same whether or not the Secret exists',
    async (role) => {
      const name = `probed-by-${role}`;
      const put = async (headers = {}) => {
        const body = { stringData: { a: 'probing-1' } };
        const answer = await world.as(role).put(world.at(name), body, headers);
        const { requestId: _request, auditId: _audit, ...rest } = answer.body;
        const { 'audit-id': _id, 'x-request-id': _xid, date: _date, ...others } = answer.headers;
        // What is left of the rate limit goes down with each call.
        const { ratelimit: _limit, ...headers_ } = others;
        return { status: answer.status, headers: headers_, body: rest };
      };
      const tries = [{}, { 'if-match': '*' }, { 'if-none-match': '*' }, { 'if-match': '"a.1"' }];

      const absent = await Promise.all(tries.map(put));
      await world.seed(name, { metadata: { annotations: { [requireIfMatch]: 'true' } } });
      const present = await Promise.all(tries.map(put));

      expect(absent.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
      expect(present).toEqual(absent);
    },
  );

  it('lets a writer without get write, and tells no key names', async () => {
    const put = (stringData: object) =>
      world.as('writer').put(world.at('by-writer'), { stringData });
    expect(await put({ a: 'value-1' })).toMatchObject({ status: 201, body: { changes: null } });
    expect(await put({ b: 'value-2' })).toMatchObject({ status: 200, body: { changes: null } });
    expect(await world.values('by-writer')).toEqual({ b: 'value-2' });
  });
});

describe('a dry run of a PUT', () => {
  it.each([
    ['create', 201],
    ['replace', 200],
  ])('answers what a %s would do, names no state and changes nothing', async (kind, status) => {
    const name = `planned-${kind}`;
    const before = kind === 'replace' ? await world.seed(name) : undefined;
    const answer = await world
      .as('owner')
      .put(`${world.at(name)}?dryRun=All`, { stringData: { a: 'planned-value' } });

    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ name, changes: { added: ['a'] } });
    expect(Object.keys(answer.body)).not.toContain('resourceVersion');
    expect(Object.keys(answer.body)).not.toContain('version');
    expect(answer.headers['etag']).toBeUndefined();
    expect(await world.stored(name)).toEqual(before);
  });

  it('is refused where its parameter is misspelt, and nothing is written', async () => {
    for (const query of ['dryrun=All', 'dryRun=all', 'dryRun=All&dryRun=All', 'dryRun=']) {
      const answer = await world.as('owner').put(`${world.at('mistyped')}?${query}`, { data: {} });
      expect(answer).toMatchObject({ status: 400, body: { code: 'BadRequest' } });
    }
    expect(await world.stored('mistyped')).toBeUndefined();
  });
});

describe('warnings of a PUT', () => {
  it('stores a line that ends in LF as it is, and warns in body and header', async () => {
    const body = { stringData: { echoed: 'value-1\n', printed: 'value-2', two: 'a\nb\n' } };
    const answer = await world.as('owner').put(world.at('warned'), body);

    expect(answer.body.warnings).toEqual([expect.stringMatching(/\bechoed\b.*line feed/)]);
    expect(answer.headers['warning']).toMatch(/^299 - ".*\bechoed\b.*"$/);
    expect(await world.values('warned')).toEqual(body.stringData);
  });
});
