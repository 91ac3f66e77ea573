import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectlApply } from '../../support/kubectl-apply.js';
import { SecretsWorld, etagOf, lastApplied, toBase64 } from '../../support/secrets-world.js';

const OTHER_UID = '00000000-0000-4000-8000-000000000000';
const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'parent', uid: OTHER_UID };
let world: SecretsWorld<'owner'>;

beforeAll(async () => {
  world = await SecretsWorld.start('put-table', ['owner']);
});
afterAll(() => world?.stop());

describe('PUT of a Secret that is not there', () => {
  it('creates it with 201, an ETag and the defaults of every absent member', async () => {
    const answer = await world.as('owner').put(world.at('new'), { stringData: { b: 'first' } });

    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      type: 'Opaque',
      immutable: false,
      labels: {},
      annotations: {},
      keys: [{ name: 'b', sizeBytes: 5 }],
      changes: { added: ['b'], changed: [], removed: [] },
      warnings: [],
    });
    const stored = await world.stored('new');
    expect(stored && etagOf(stored)).toBe(answer.headers['etag']);
    expect(await world.values('new')).toEqual({ b: 'first' });
  });

  it('creates it with every member that the body has', async () => {
    const answer = await world.as('owner').put(world.at('whole'), {
      namespace: 'put-table',
      name: 'whole',
      type: 'example.org/own',
      immutable: true,
      labels: { app: 'web' },
      annotations: { note: 'text' },
      stringData: { text: 'plain' },
      data: { bytes: 'AAEC/w==' },
    });

    expect(answer.status).toBe(201);
    expect(await world.stored('whole')).toMatchObject({
      type: 'example.org/own',
      immutable: true,
      metadata: { labels: { app: 'web' }, annotations: { note: 'text' } },
      data: { text: toBase64('plain'), bytes: 'AAEC/w==' },
    });
  });

  it('ignores uid and resourceVersion of a read body, so that a Secret can be copied', async () => {
    await world.seed('original', { stringData: { key: 'copied' } });
    const read = await world.as('owner').get(world.at('original'));

    const { name: _name, ...body } = read.body;
    const copy = await world.as('owner').put(world.at('the-copy'), body);

    expect(copy.status).toBe(201);
    expect(copy.body.uid).not.toBe(read.body.uid);
    expect(await world.values('the-copy')).toEqual({ key: 'copied' });
  });

  it('is 412 under any If-Match, and nothing is created', async () => {
    for (const tag of ['*', '"a.1"']) {
      const body = { stringData: { a: 'never' } };
      const answer = await world.as('owner').put(world.at('unmatched'), body, { 'if-match': tag });
      expect(answer).toMatchObject({ status: 412, body: { code: 'Conflict' } });
    }
    expect(await world.stored('unmatched')).toBeUndefined();
  });

  it('creates under If-None-Match: *', async () => {
    const headers = { 'if-none-match': '*' };
    const body = { data: {} };
    const answer = await world.as('owner').put(world.at('only-new'), body, headers);
    expect(answer.status).toBe(201);
  });
});

describe('PUT of a Secret that is there', () => {
  it('answers 412 under If-None-Match: * and keeps it', async () => {
    const before = await world.seed('taken', { stringData: { a: 'stays' } });
    const headers = { 'if-none-match': '*' };
    const answer = await world
      .as('owner')
      .put(world.at('taken'), { stringData: { a: 'other' } }, headers);

    expect(answer).toMatchObject({ status: 412, body: { code: 'AlreadyExists' } });
    expect(await world.stored('taken')).toEqual(before);
  });

  it('takes stringData and data together as the complete new key set', async () => {
    await world.seed('keys', { stringData: { gone: 'old-1', same: 'old-2', other: 'old-3' } });
    const answer = await world.as('owner').put(world.at('keys'), {
      stringData: { same: 'old-2' },
      data: { other: toBase64('new-3'), added: toBase64('new-4') },
    });

    expect(answer.status).toBe(200);
    expect(answer.body.changes).toEqual({
      added: ['added'],
      changed: ['other'],
      removed: ['gone'],
    });
    expect(await world.values('keys')).toEqual({ same: 'old-2', other: 'new-3', added: 'new-4' });
  });

  it('is 422 without stringData and data, and empties with an empty one', async () => {
    const before = await world.seed('emptied', { stringData: { a: 'value-a' } });

    const absent = await world.as('owner').put(world.at('emptied'), { labels: { a: 'b' } });
    expect(absent).toMatchObject({ status: 422, body: { code: 'Invalid' } });
    expect(absent.body.errors).toEqual([
      { pointer: '/data', reason: expect.stringContaining('required') },
    ]);
    expect(await world.stored('emptied')).toEqual(before);

    const emptied = await world.as('owner').put(world.at('emptied'), { data: {} });
    expect(emptied.status).toBe(200);
    expect(emptied.body.changes).toEqual({ added: [], changed: [], removed: ['a'] });
    expect(await world.values('emptied')).toEqual({});
  });

  it('refuses a key that both spellings name', async () => {
    const before = await world.seed('twice');
    const body = { stringData: { k: 'spelled-1' }, data: { k: toBase64('spelled-2') } };
    const answer = await world.as('owner').put(world.at('twice'), body);

    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/data/k' }] } });
    expect(await world.stored('twice')).toEqual(before);
  });

  it('keeps labels, annotations, type and immutability that the body does not name', async () => {
    const metadata = { labels: { app: 'web' }, annotations: { note: 'kept' } };
    await world.seed('kept', { type: 'example.org/own', metadata });
    const answer = await world.as('owner').put(world.at('kept'), { stringData: { a: 'value' } });

    expect(answer.status).toBe(200);
    expect(await world.stored('kept')).toMatchObject({ type: 'example.org/own', metadata });
  });

  it('replaces labels and annotations as wholes, and clears them with {}', async () => {
    const metadata = { labels: { a: '1', b: '2' }, annotations: { a: '1', b: '2' } };
    await world.seed('maps', { metadata });
    const put = (body: object) => world.as('owner').put(world.at('maps'), { data: {}, ...body });

    expect((await put({ labels: { b: '3' }, annotations: { c: '4' } })).status).toBe(200);
    const replaced = { labels: { b: '3' }, annotations: { c: '4' } };
    expect((await world.stored('maps'))?.metadata).toMatchObject(replaced);

    expect((await put({ labels: {}, annotations: {} })).body).toMatchObject({
      labels: {},
      annotations: {},
    });
    const cleared = (await world.stored('maps'))?.metadata;
    expect([cleared?.labels, cleared?.annotations]).toEqual([undefined, undefined]);
  });

  it('is 422 with a type other than the stored one, and takes the stored one', async () => {
    await world.seed('typed', { type: 'example.org/own' });
    const put = (type: string) => world.as('owner').put(world.at('typed'), { type, data: {} });

    expect(await put('Opaque')).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/type' }] },
    });
    expect((await put('example.org/own')).status).toBe(200);
  });

  it('sets immutable, and then refuses other keys and false, but not other labels', async () => {
    await world.seed('fixed', { stringData: { a: 'fixed-value' } });
    const put = (body: object) => world.as('owner').put(world.at('fixed'), body);
    const stringData = { a: 'fixed-value' };

    expect((await put({ stringData, immutable: true })).body).toMatchObject({ immutable: true });
    expect(await put({ stringData: { a: 'another-value' } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/data/a' }] },
    });
    expect(await put({ stringData, immutable: false })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/immutable' }] },
    });
    expect((await put({ stringData, labels: { a: 'b' } })).status).toBe(200);
    expect(await world.values('fixed')).toEqual(stringData);
  });

  it.each([
    ['uid', OTHER_UID],
    ['resourceVersion', '1'],
  ])('is 409 where %s of the body is not that of the Secret', async (member, value) => {
    const name = `stale-${member.toLowerCase()}`;
    const before = await world.seed(name);
    const answer = await world.as('owner').put(world.at(name), { data: {}, [member]: value });

    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'Conflict', errors: [{ pointer: `/${member}` }] },
    });
    expect(await world.stored(name)).toEqual(before);
  });

  it('takes a body with the present uid and resourceVersion', async () => {
    const { metadata } = await world.seed('fresh');
    const { uid, resourceVersion } = metadata;
    const body = { uid, resourceVersion, stringData: { a: 'value' } };
    expect((await world.as('owner').put(world.at('fresh'), body)).status).toBe(200);
  });

  it('names an unknown member and every null, all at once', async () => {
    const before = await world.seed('members');
    const answer = await world.as('owner').put(world.at('members'), {
      data: {},
      stringDate: { a: 'misspelt-value' },
      labels: null,
      immutable: null,
    });

    expect(answer.status).toBe(422);
    expect(answer.body.errors.map(({ pointer }) => pointer).toSorted()).toEqual([
      '/immutable',
      '/labels',
      '/stringDate',
    ]);
    expect(await world.stored('members')).toEqual(before);
  });

  it.each(['stringData', 'data', 'labels', 'annotations', 'type', 'immutable', 'uid', 'name'])(
    'is 422 where %s is null',
    async (member) => {
      const answer = await world
        .as('owner')
        .put(world.at('any-null'), { data: {}, [member]: null });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: `/${member}` }] } });
    },
  );

  it.each(['namespace', 'name'])('is 422 where %s disagrees with the path', async (member) => {
    const body = { data: {}, [member]: 'elsewhere' };
    const answer = await world.as('owner').put(world.at('placed'), body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: `/${member}` }] } });
    expect(await world.stored('placed')).toBeUndefined();
  });
});

describe('what a PUT keeps in any case', () => {
  const apply = (data: object) =>
    kubectlApply(world, 'applied', { data, annotations: { mine: '1' } });

  it('keeps the record of kubectl apply, shows it nowhere, and apply prunes afterwards', async () => {
    await apply({ a: toBase64('applied-a'), b: toBase64('applied-b') });
    const record = (await world.stored('applied'))?.metadata.annotations?.[lastApplied];
    expect(record).toContain(toBase64('applied-a'));

    const read = await world.as('owner').get(world.at('applied'));
    expect(read.body.annotations).toEqual({ mine: '1' });
    const put = await world.as('owner').put(world.at('applied'), {
      annotations: { other: '2' },
      stringData: { a: 'put-a', b: 'put-b', c: 'put-c' },
    });
    expect(put.body.annotations).toEqual({ other: '2' });
    const kept = (await world.stored('applied'))?.metadata.annotations;
    expect(kept).toEqual({ other: '2', [lastApplied]: record });

    await apply({ a: toBase64('applied-again') });
    expect(await world.values('applied')).toEqual({ a: 'applied-again', c: 'put-c' });
  });

  it('clears the other annotations with {}, and refuses a body that names the record', async () => {
    const annotations = { [lastApplied]: '{}', shown: 'text' };
    await world.seed('hidden', { metadata: { annotations } });

    const named = await world
      .as('owner')
      .put(world.at('hidden'), { data: {}, annotations: { [lastApplied]: '{}' } });
    expect(named.status).toBe(422);
    expect(named.body.errors[0]?.pointer).toBe(
      '/annotations/kubectl.kubernetes.io~1last-applied-configuration',
    );

    await world.as('owner').put(world.at('hidden'), { data: {}, annotations: {} });
    const { metadata } = (await world.stored('hidden')) ?? {};
    expect(metadata?.annotations).toEqual({ [lastApplied]: '{}' });
  });

  it('keeps and hides the annotations in which other tools keep objects', async () => {
    const hidden = {
      'objectset.rio.cattle.io/applied': 'H4sIAAAA-rancher',
      'kapp.k14s.io/original': '{"data":{"a":"kapp-value"}}',
      'banzaicloud.com/last-applied': 'UEsDBBQA-operator',
    };
    await world.seed('tools', { metadata: { annotations: { ...hidden, shown: 'text' } } });
    const owner = world.as('owner');
    const query = `{ secret(namespace: "put-table", name: "tools") { annotations }
      secrets(filter: { namespaces: ["put-table"] }) { nodes { annotations } } }`;
    const answers = [
      await owner.get(world.at('tools')),
      await owner.get(`${world.at('tools')}/metadata`),
      await owner.get(world.path),
      await owner.post('/graphql', { query }),
    ];
    for (const { status, text } of answers) {
      expect([status, text]).toEqual([200, expect.stringContaining('"shown":"text"')]);
      for (const [name, value] of Object.entries(hidden)) {
        expect(text).not.toContain(name);
        expect(text).not.toContain(value);
      }
    }
    const cleared = await owner.put(world.at('tools'), { data: {}, annotations: {} });
    expect(cleared.status).toBe(200);
    expect((await world.stored('tools'))?.metadata.annotations).toEqual(hidden);
    for (const name of Object.keys(hidden)) {
      const named = await owner.merge(world.at('tools'), { annotations: { [name]: 'mine' } });
      const pointer = `/annotations/${name.replace('/', '~1')}`;
      expect(named).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    }
  });

  it('keeps finalizers and ownerReferences, whatever the body says of them', async () => {
    const metadata = { finalizers: ['example.org/guard'], ownerReferences: [owner] };
    await world.seed('owned', { metadata });
    const body = { stringData: { a: 'value' }, ownerReferences: [] };
    const answer = await world.as('owner').put(world.at('owned'), body);

    expect(answer.body['ownerReferences']).toEqual([owner]);
    expect((await world.stored('owned'))?.metadata).toMatchObject(metadata);
    await world.installation.cluster.request('PATCH', `/api${world.at('owned')}`, {
      metadata: { finalizers: null },
    });
  });

  it('writes nothing where bytes and metadata are equal', async () => {
    const before = await world.seed('equal', {
      stringData: { a: 'equal-value' },
      metadata: { labels: { app: 'web' }, annotations: { [lastApplied]: '{}' } },
    });
    const body = { data: { a: toBase64('equal-value') }, labels: { app: 'web' } };
    const answer = await world.as('owner').put(world.at('equal'), body);

    expect(answer.status).toBe(200);
    expect(answer.headers['etag']).toBe(etagOf(before));
    expect(answer.body.changes).toEqual({ added: [], changed: [], removed: [] });
    expect(await world.stored('equal')).toEqual(before);
  });
});
