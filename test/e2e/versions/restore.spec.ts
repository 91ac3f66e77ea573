import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectNoValue } from '../../support/rest-caller.js';
import { lastApplied, requireIfMatch } from '../../support/secrets-world.js';
import { eventually } from '../../support/tokens-world.js';
import { versionIn, VersionsWorld } from '../../support/versions-world.js';

let world: VersionsWorld;

beforeAll(async () => {
  // Also what is not recorded unless somebody wants it.
  world = await VersionsWorld.start('pay', { versions: { exclude: { types: [] } } });
});
afterAll(() => world?.stop());

const restorePath = (name: string, version: number | string) =>
  `${world.at(name)}/versions/${version}/restore`;

function restored(
  name: string,
  version: number | string,
  headers: Readonly<Record<string, string>> = {},
) {
  return world.as('owner').send({ method: 'POST', path: restorePath(name, version), headers });
}

describe('who may restore and nothing else', () => {
  it('rolls shhhhhh back to the version before r00t123, and never sees a value', async () => {
    await world.write('shhhhhh', { password: 'the-good-one' }, { password: 'r00t123' });
    const restorer = world.as('restorer');
    const answers = [
      await restorer.get(world.at('shhhhhh')),
      await restorer.get(`${world.at('shhhhhh')}?version=previous`),
      await restorer.get(`${world.at('shhhhhh')}/versions`),
      await restorer.post(`${restorePath('shhhhhh', 'previous')}?dryRun=All`, {}),
      await restorer.post(restorePath('shhhhhh', 'previous'), {}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 200, 200]);
    for (const { text, headers } of answers) {
      for (const value of ['the-good-one', 'r00t123']) {
        const everything = text + JSON.stringify(headers);
        expectNoValue({ text: everything }, { stringData: { value } });
        expect(everything).not.toContain(Buffer.from(value).toString('base64'));
      }
    }
    expect(answers[4]?.body).toEqual({
      ...{ namespace: 'pay', name: 'shhhhhh', version: 3 },
      ...{ changes: null, generatedKeys: [], warnings: [] },
    });
    expect(await world.stored('shhhhhh')).toEqual({ password: 'the-good-one' });
    const [latest] = await world.versions('shhhhhh');
    expect(latest).toMatchObject({
      ...{ version: 3, door: 'restore', restoredFrom: 1, aliases: ['current'] },
      createdBy: 'system:serviceaccount:pay:restorer',
    });
    const graphql = await world.as('owner').post('/graphql', {
      query: `{ secret(namespace: "pay", name: "shhhhhh") {
        versions(first: 2) { nodes { version door restoredFrom } } } }`,
    });
    expect(JSON.parse(graphql.text).data.secret.versions.nodes).toEqual([
      { version: 3, door: 'RESTORE', restoredFrom: 1 },
      { version: 2, door: 'REST', restoredFrom: null },
    ]);
    expect(await world.eventsOf(answers[4]?.headers['audit-id'])).toMatchObject([
      { action: 'versions.restore', plane: 'broker', version: 1, keys: ['password'] },
    ]);
  });
});

describe('a restore', () => {
  it('under If-Match takes the tag of the Secret or of its current version', async () => {
    await world.write('matched', { a: 'one-one' }, { a: 'two-two' });
    const { headers } = await world.as('owner').get(world.at('matched'));
    const tag = { 'if-match': headers['etag'] ?? '' };
    expect(versionIn(await restored('matched', 1, tag))).toBe(3);
    const current = await world.as('owner').get(`${world.at('matched')}?version=current`);
    expect(current.headers['etag']).toMatch(/\.v3"$/);
    const byVersion = { 'if-match': current.headers['etag'] ?? '' };
    expect(versionIn(await restored('matched', 2, byVersion))).toBe(4);
  });

  it('that meant another state is 412 with the numbers of both, and writes nothing', async () => {
    await world.write('moved', { a: 'one-one' });
    const owner = world.as('owner');
    const secretTag = (await owner.get(world.at('moved'))).headers['etag'] ?? '';
    const { headers } = await owner.get(`${world.at('moved')}?version=1`);
    await world.write('moved', { a: 'two-two' }, { a: 'three' });
    for (const tag of [secretTag, headers['etag'] ?? '']) {
      const answer = await restored('moved', 2, { 'if-match': tag });
      expect(answer.body).toMatchObject({ status: 412, code: 'Conflict' });
      expect(answer.body.detail).toBe('the current version is 3, not 1');
    }
    expect(await world.stored('moved')).toEqual({ a: 'three' });
  });

  it('of what is there already writes nothing and makes no version', async () => {
    await world.write('same', { a: 'one-one' }, { a: 'two-two' });
    const answer = await restored('same', 'current');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      version: 2,
      changes: { added: [], changed: [], removed: [] },
    });
    expect(await world.versions('same')).toHaveLength(2);
  });

  it('brings a deleted Secret back, with labels and annotations, also hidden ones', async () => {
    const metadata = {
      labels: { team: 'red' },
      annotations: { note: 'kept', [lastApplied]: '{"data":{}}' },
    };
    await world.seed('gone', { metadata, stringData: { a: 'one-one' }, type: 'example.com/own' });
    const deleted = await world.as('owner').delete(world.at('gone'));
    expect(versionIn(deleted)).toBe(1);
    expect(await world.stored('gone')).toBeUndefined();
    const listed = await world.as('owner').get(`${world.path}?deleted=true&labelSelector=team=red`);
    expect(listed.body.items).toMatchObject([
      { name: 'gone', version: 1, type: 'example.com/own', labels: { team: 'red' } },
    ]);
    const query = `{ secrets(filter: { namespaces: ["pay"], deleted: true,
      fieldSelector: "metadata.name=gone" }) { nodes { name versions { nodes { version } } } } }`;
    const graphql = await world.as('owner').post('/graphql', { query });
    expect(JSON.parse(graphql.text)).toEqual({
      data: { secrets: { nodes: [{ name: 'gone', versions: { nodes: [{ version: 1 }] } }] } },
    });

    const answer = await restored('gone', versionIn(deleted));
    expect(answer.status).toBe(201);
    expect(versionIn(answer)).toBe(2);
    const path = '/api/v1/namespaces/pay/secrets/gone';
    const { body } = await world.installation.cluster.request<Record<string, unknown>>('GET', path);
    expect(body).toMatchObject({ type: 'example.com/own', metadata });
    expect(await world.stored('gone')).toEqual({ a: 'one-one' });
    const after = await world.as('owner').get(`${world.path}?deleted=true&labelSelector=team=red`);
    expect(after.body.items).toEqual([]);
  });

  it('of another type is 422, as is other data for an immutable Secret', async () => {
    await world.seed('typed', { type: 'example.com/one', stringData: { a: 'one-one' } });
    await world.as('owner').delete(world.at('typed'));
    await world.as('owner').put(world.at('typed'), { stringData: { a: 'two-two' } });
    expect((await restored('typed', 1)).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/type', reason: 'the live Secret is of another type' }],
    });
    await world.write('fixed', { a: 'one-one' });
    const body = { stringData: { a: 'two-two' }, immutable: true };
    await world.as('owner').put(world.at('fixed'), body);
    const answer = await restored('fixed', 1);
    expect(answer.body).toMatchObject({ status: 422, code: 'Invalid' });
    expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual(['/immutable', '/data/a']);
  });

  it('waits for the end of what is being deleted, lest it goes with that', async () => {
    const finalizers = ['example.com/hold'];
    await world.seed('held', { metadata: { finalizers }, stringData: { a: 'one-one' } });
    await world.as('owner').delete(world.at('held'));
    for (const query of ['', '?dryRun=All']) {
      const answer = await world.as('owner').post(`${restorePath('held', 1)}${query}`, {});
      expect(answer.body).toMatchObject({ status: 409, code: 'Conflict' });
      expect(answer.body.detail).toBe(
        'secrets "held" is being deleted: restore it once it is gone',
      );
    }
    const path = '/api/v1/namespaces/pay/secrets/held';
    const { cluster } = world.installation;
    const { body } = await cluster.request<{ metadata: object }>('GET', path);
    await cluster.request('PUT', path, { ...body, metadata: { ...body.metadata, finalizers: [] } });
    expect(await world.stored('held')).toBeUndefined();
    expect((await restored('held', 1)).status).toBe(201);
    expect(await world.stored('held')).toEqual({ a: 'one-one' });
  });

  it('needs If-Match where the Secret demands it', async () => {
    const annotations = { [requireIfMatch]: 'true' };
    await world.seed('guarded', { stringData: { a: 'one-one' }, metadata: { annotations } });
    const { headers } = await world.as('owner').get(world.at('guarded'));
    expect((await restored('guarded', 1)).body).toMatchObject({ code: 'PreconditionRequired' });
    const answer = await restored('guarded', 1, { 'if-match': headers['etag'] ?? '' });
    expect(answer.status).toBe(200);
  });

  it('under an Idempotency-Key is done once, and the key belongs to that request', async () => {
    await world.write('once', { a: 'one-one' }, { a: 'two-two' });
    const key = { 'idempotency-key': randomUUID() };
    expect(versionIn(await restored('once', 1, key))).toBe(3);
    await world.write('once', { a: 'four-four' });
    expect(versionIn(await restored('once', 1, key))).toBe(3);
    expect(await world.stored('once')).toEqual({ a: 'four-four' });
    expect((await restored('once', 2, key)).body).toMatchObject({ code: 'Invalid' });
  });

  it('runs into nobody: ten at once end in one state and as many versions', async () => {
    await world.write('raced', { a: 'one-one' }, { a: 'two-two' });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => restored('raced', 1 + (index % 2))),
    );
    for (const { status, body } of answers) {
      if (status !== 200) expect(body).toMatchObject({ status: 409, code: 'Conflict' });
    }
    const [latest] = await world.versions('raced');
    const values = await world.stored('raced');
    const { body } = await world.as('owner').get(`${world.at('raced')}?version=${latest?.version}`);
    expect(body['stringData']).toEqual(values);
  });

  it('refuses what it does not know, with the place', async () => {
    await world.write('input', { a: 'one-one' });
    const owner = world.as('owner');
    const path = restorePath('input', 1);
    const unknown = await owner.post(path, { allowretired: true });
    expect(unknown.body).toMatchObject({ status: 422, errors: [{ pointer: '/allowretired' }] });
    expect((await owner.post(`${path}?dryrun=All`, {})).body).toMatchObject({ code: 'BadRequest' });
    const match = await owner.post(path, {}, { 'if-none-match': '*' });
    expect(match.body).toMatchObject({ code: 'BadRequest' });
    const retired = await world.as('restorer').post(path, { allowRetired: true });
    expect(retired.body).toMatchObject({ code: 'Forbidden' });
    expect(retired.body.detail).toContain('secretversions/restore-retired');
  });
});

describe('a credential of the cluster', () => {
  it('is never brought back: the token of a ServiceAccount, under any type', async () => {
    const { cluster } = world.installation;
    const token = await cluster.createToken({ namespace: 'pay', serviceAccount: 'nobody' });
    const annotations = { 'kubernetes.io/service-account.name': 'nobody' };
    const type = 'kubernetes.io/service-account-token';
    await world.seed('account', { type, stringData: { token }, metadata: { annotations } });
    await world.seed('borrowed', { stringData: { token } });
    for (const name of ['account', 'borrowed']) {
      await cluster.request('DELETE', `/api/v1/namespaces/pay/secrets/${name}`);
      await eventually(async () =>
        expect((await world.versions(name))[0]?.aliases).toEqual(['previous']),
      );
      const answer = await restored(name, 'previous');
      expect(answer.body).toMatchObject({ status: 422, errors: [{ pointer: '/version' }] });
      expect(answer.text).not.toContain(token);
      expect(await world.stored(name)).toBeUndefined();
    }
  });
});
