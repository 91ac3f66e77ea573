import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectlApply } from '../../support/kubectl-apply.js';
import { SecretsWorld, etagOf, lastApplied, toBase64 } from '../../support/secrets-world.js';

type Role = 'owner' | 'writer';

const OTHER_UID = '00000000-0000-4000-8000-000000000000';
let world: SecretsWorld<Role>;

beforeAll(async () => {
  world = await SecretsWorld.start('patch-table', ['owner', 'writer']);
});
afterAll(() => world?.stop());

describe('a merge patch', () => {
  it('sets, replaces and removes keys under either spelling and leaves the others', async () => {
    await world.seed('merged', {
      stringData: { a: 'before-a', b: 'before-b', c: 'before-c', d: 'before-d' },
    });
    const answer = await world.as('owner').merge(world.at('merged'), {
      stringData: { a: 'after-a', b: null, e: 'after-e' },
      data: { c: null, f: toBase64('after-f') },
    });

    expect(answer.status).toBe(200);
    expect(answer.body.changes).toEqual({
      added: ['e', 'f'],
      changed: ['a'],
      removed: ['b', 'c'],
    });
    expect(await world.values('merged')).toEqual({
      a: 'after-a',
      d: 'before-d',
      e: 'after-e',
      f: 'after-f',
    });
    const stored = await world.stored('merged');
    expect(stored && etagOf(stored)).toBe(answer.headers['etag']);
  });

  it('is taken as application/json too', async () => {
    await world.seed('as-json', { stringData: { a: 'before' } });
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const body = { stringData: { b: 'after' } };
    expect((await world.as('owner').merge(world.at('as-json'), body, headers)).status).toBe(200);
    expect(await world.values('as-json')).toEqual({ a: 'before', b: 'after' });
  });

  it('adds to a Secret that has no data, labels or annotations', async () => {
    await world.seed('bare');
    const answer = await world.as('owner').merge(world.at('bare'), {
      stringData: { a: 'value-a' },
      labels: { l: '1' },
      annotations: { n: '2' },
    });
    expect(answer.body).toMatchObject({ labels: { l: '1' }, annotations: { n: '2' } });
    expect(await world.values('bare')).toEqual({ a: 'value-a' });
  });

  it('sets and removes single labels and annotations', async () => {
    const metadata = { labels: { a: '1', b: '2' }, annotations: { a: '1', b: '2' } };
    await world.seed('meta', { metadata });
    const answer = await world.as('owner').merge(world.at('meta'), {
      labels: { a: null, c: '3' },
      annotations: { b: null, c: '3' },
    });
    expect(answer.body).toMatchObject({
      labels: { b: '2', c: '3' },
      annotations: { a: '1', c: '3' },
    });
    expect((await world.stored('meta'))?.metadata).toMatchObject({
      labels: { b: '2', c: '3' },
      annotations: { a: '1', c: '3' },
    });
  });

  it.each(['stringData', 'data', 'labels', 'annotations', 'type', 'immutable'])(
    'is 422 where the whole member %s is null',
    async (member) => {
      const name = `null-${member.toLowerCase()}`;
      const before = await world.seed(name, { stringData: { a: 'kept-value' } });
      const answer = await world.as('owner').merge(world.at(name), { [member]: null });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: `/${member}` }] } });
      expect(await world.stored(name)).toEqual(before);
    },
  );

  it('names an unknown member', async () => {
    const before = await world.seed('unknown');
    const body = { stringDate: { a: 'misspelt-value' } };
    const answer = await world.as('owner').merge(world.at('unknown'), body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/stringDate' }] } });
    expect(await world.stored('unknown')).toEqual(before);
  });

  it('never creates a Secret', async () => {
    const body = { stringData: { a: 'value-a' } };
    const answer = await world.as('owner').merge(world.at('absent'), body);
    expect(answer).toMatchObject({ status: 404, body: { code: 'NotFound' } });
    expect(await world.stored('absent')).toBeUndefined();
  });

  it.each([
    ['uid', OTHER_UID],
    ['resourceVersion', '1'],
  ])('is 409 where %s of the body is not that of the Secret', async (member, value) => {
    const name = `stale-${member.toLowerCase()}`;
    const before = await world.seed(name, { stringData: { a: 'kept-value' } });
    const body = { [member]: value, stringData: { a: 'refused-value' } };
    const answer = await world.as('owner').merge(world.at(name), body);
    expect(answer).toMatchObject({ status: 409, body: { code: 'Conflict' } });
    expect(await world.stored(name)).toEqual(before);
  });

  it('takes the present uid and resourceVersion', async () => {
    const { metadata } = await world.seed('fresh');
    const { uid, resourceVersion } = metadata;
    const body = { uid, resourceVersion, stringData: { a: 'value-a' } };
    expect((await world.as('owner').merge(world.at('fresh'), body)).status).toBe(200);
  });

  it('is 422 with another type, and on an immutable Secret with other values', async () => {
    const before = await world.seed('fixed', { immutable: true, stringData: { a: 'fixed' } });
    const refused = [{ type: 'other' }, { stringData: { a: 'changed' } }, { immutable: false }];
    for (const body of refused) {
      const answer = await world.as('owner').merge(world.at('fixed'), body);
      expect(answer).toMatchObject({ status: 422, body: { code: 'Invalid' } });
    }
    expect(await world.stored('fixed')).toEqual(before);
  });

  it('writes nothing where it changes nothing', async () => {
    const before = await world.seed('equal', {
      stringData: { a: 'equal-value' },
      metadata: { labels: { l: '1' } },
    });
    const body = { stringData: { a: 'equal-value', gone: null }, labels: { l: '1' } };
    const answer = await world.as('owner').merge(world.at('equal'), body);
    expect(answer.status).toBe(200);
    expect(answer.headers['etag']).toBe(etagOf(before));
    expect(answer.body.changes).toEqual({ added: [], changed: [], removed: [] });
    expect(await world.stored('equal')).toEqual(before);
  });

  it('warns of a line that ends in LF, in body and header', async () => {
    await world.seed('warned');
    const body = { stringData: { echoed: 'some-line\n' } };
    const answer = await world.as('owner').merge(world.at('warned'), body);
    expect(answer.body.warnings).toHaveLength(1);
    expect(answer.headers['warning']).toMatch(/^299 - ".*\bechoed\b.*"$/);
    expect(await world.values('warned')).toEqual({ echoed: 'some-line\n' });
  });
});

describe('what a patch keeps in any case', () => {
  it('keeps the record of kubectl apply, shows it nowhere, and apply prunes afterwards', async () => {
    await kubectlApply(world, 'applied', {
      data: { a: toBase64('apply-a'), b: toBase64('apply-b') },
    });
    const record = (await world.stored('applied'))?.metadata.annotations?.[lastApplied];
    const body = { stringData: { b: 'patched-b', c: 'patched-c' }, annotations: { mine: '1' } };
    const answer = await world.as('owner').merge(world.at('applied'), body);

    expect(answer.body.annotations).toEqual({ mine: '1' });
    const kept = (await world.stored('applied'))?.metadata.annotations;
    expect(kept).toEqual({ mine: '1', [lastApplied]: record });
    await kubectlApply(world, 'applied', { data: { a: toBase64('apply-a') } });
    expect(await world.values('applied')).toEqual({ a: 'apply-a', c: 'patched-c' });
  });

  it('refuses a patch of either kind that names the record', async () => {
    const annotations = { [lastApplied]: '{"data":{}}' };
    const before = await world.seed('hidden', { metadata: { annotations } });
    const path = '/annotations/kubectl.kubernetes.io~1last-applied-configuration';
    const caller = world.as('owner');
    const refused = [
      caller.merge(world.at('hidden'), { annotations: { [lastApplied]: null } }),
      caller.jsonPatch(world.at('hidden'), [{ op: 'remove', path }]),
      caller.jsonPatch(world.at('hidden'), [{ op: 'copy', from: path, path: '/annotations/x' }]),
    ];
    for (const answer of await Promise.all(refused)) {
      expect(answer).toMatchObject({ status: 422, body: { code: 'Invalid' } });
    }
    expect(await world.stored('hidden')).toEqual(before);
  });

  it('keeps finalizers and ownerReferences, also where the body has others', async () => {
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'parent', uid: OTHER_UID };
    const metadata = { finalizers: ['example.org/guard'], ownerReferences: [owner] };
    await world.seed('owned', { metadata });
    const body = { stringData: { a: 'value-a' }, ownerReferences: [] };
    expect((await world.as('owner').merge(world.at('owned'), body)).status).toBe(200);
    expect((await world.stored('owned'))?.metadata).toMatchObject(metadata);
    await world.installation.cluster.request('PATCH', `/api${world.at('owned')}`, {
      metadata: { finalizers: null },
    });
  });
});

describe('a JSON patch', () => {
  it('adds, replaces, removes and moves keys in order, under either spelling', async () => {
    await world.seed('ordered', { stringData: { a: 'value-a', b: 'value-b', c: 'value-c' } });
    const answer = await world.as('owner').jsonPatch(world.at('ordered'), [
      { op: 'add', path: '/stringData/d', value: 'value-d' },
      { op: 'replace', path: '/data/a', value: toBase64('value-A') },
      { op: 'remove', path: '/stringData/b' },
      { op: 'move', from: '/stringData/c', path: '/data/moved' },
    ]);

    expect(answer.status).toBe(200);
    expect(answer.body.changes).toEqual({
      added: ['d', 'moved'],
      changed: ['a'],
      removed: ['b', 'c'],
    });
    expect(await world.values('ordered')).toEqual({
      a: 'value-A',
      d: 'value-d',
      moved: 'value-c',
    });
  });

  it('takes labels and annotations, with escaped names', async () => {
    await world.seed('labelled', { metadata: { labels: { 'example.org/a': '1' } } });
    const answer = await world.as('owner').jsonPatch(world.at('labelled'), [
      { op: 'test', path: '/labels/example.org~1a', value: '1' },
      { op: 'copy', from: '/labels/example.org~1a', path: '/labels/b' },
      { op: 'add', path: '/annotations/example.org~1n', value: 'note' },
    ]);
    expect(answer.body).toMatchObject({
      labels: { 'example.org/a': '1', b: '1' },
      annotations: { 'example.org/n': 'note' },
    });
  });

  it('adds to a Secret that has none of the maps', async () => {
    await world.seed('mapless');
    const answer = await world.as('owner').jsonPatch(world.at('mapless'), [
      { op: 'add', path: '/stringData/a', value: 'value-a' },
      { op: 'add', path: '/labels/l', value: '1' },
      { op: 'add', path: '/annotations/n', value: '2' },
    ]);
    expect(answer.body).toMatchObject({ labels: { l: '1' }, annotations: { n: '2' } });
    expect(await world.values('mapless')).toEqual({ a: 'value-a' });
  });

  it('adds the first key to a Secret that has other maps, as a writer without get', async () => {
    await world.seed('first-key', { metadata: { labels: { l: '1' } } });
    const answer = await world
      .as('writer')
      .jsonPatch(world.at('first-key'), [{ op: 'add', path: '/data/a', value: 'dmFsdWU=' }]);
    expect(answer).toMatchObject({ status: 200, body: { changes: null } });
    expect(await world.values('first-key')).toEqual({ a: 'value' });
  });

  it('changes nothing where a test fails', async () => {
    const before = await world.seed('tested', { stringData: { a: 'value-a' } });
    const patch = (value: string) =>
      world.as('owner').jsonPatch(world.at('tested'), [
        { op: 'test', path: '/stringData/a', value },
        { op: 'add', path: '/stringData/b', value: 'value-b' },
      ]);
    expect(await patch('guessed')).toMatchObject({ status: 422, body: { code: 'Invalid' } });
    expect(await world.stored('tested')).toEqual(before);
    expect((await patch('value-a')).status).toBe(200);
  });

  it('is 422 where a path is absent', async () => {
    const before = await world.seed('pathless', { stringData: { a: 'value-a' } });
    const operation = { op: 'remove', path: '/stringData/b' };
    const answer = await world.as('owner').jsonPatch(world.at('pathless'), [operation]);
    expect(answer).toMatchObject({ status: 422, body: { code: 'Invalid' } });
    expect(await world.stored('pathless')).toEqual(before);
  });

  it.each([
    ['the whole map', { op: 'remove', path: '/data' }],
    ['another member', { op: 'replace', path: '/type', value: 'x' }],
    ['the root', { op: 'replace', path: '', value: {} }],
    ['finalizers', { op: 'add', path: '/metadata/finalizers', value: [] }],
    ['an unknown operation', { op: 'merge', path: '/data/a', value: 'dg==' }],
    ['a value out of the map', { op: 'copy', from: '/data/a', path: '/labels/a' }],
    ['a value that is no base64', { op: 'add', path: '/data/a', value: '%%%' }],
    ['an unknown member', { op: 'add', path: '/data/a', value: 'dg==', valeu: 'x' }],
  ])('is 422 for %s, and says where', async (_what, operation) => {
    const name = `refused-${operation.op}-${operation.path.replaceAll('/', '-')}-x`.toLowerCase();
    const before = (await world.stored(name)) ?? (await world.seed(name, { data: { a: 'dg==' } }));
    const answer = await world.as('owner').jsonPatch(world.at(name), [operation]);
    expect(answer).toMatchObject({ status: 422, body: { code: 'Invalid' } });
    expect(answer.body.errors[0]?.pointer).toMatch(/^\/0\//);
    expect(await world.stored(name)).toEqual(before);
  });

  it('never creates a Secret', async () => {
    const operation = { op: 'add', path: '/data/a', value: 'dg==' };
    const answer = await world.as('owner').jsonPatch(world.at('absent'), [operation]);
    expect(answer).toMatchObject({ status: 404, body: { code: 'NotFound' } });
  });
});
