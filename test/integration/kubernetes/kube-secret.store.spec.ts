import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import type { SecretPatch } from '../../../src/secrets/domain/secret.store.js';
import type { Cluster } from '../../cluster/cluster.js';
import { sharedCluster } from '../../cluster/shared-cluster.js';
import { callAs, connectGateway, type Gateway, installGateway, manifest, user } from './support.js';

const alice = user('alice');
const write = { dryRun: false };
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('KubeSecretStore on a real API server', () => {
  let cluster: Cluster;
  let store: Gateway['store'];

  beforeAll(async () => {
    cluster = await sharedCluster();
    ({ store } = await installGateway(cluster));
    const rights = ['--verb=get,list,watch,create,update,patch,delete', '--resource=secrets'];
    await cluster.kubectl(['-n', 'pay', 'create', 'role', 'all', ...rights]);
    const binding = ['all', '--role=all', '--user=alice'];
    await cluster.kubectl(['-n', 'pay', 'create', 'rolebinding', ...binding]);
  }, 900_000);
  afterAll(() => cluster?.stop());

  const ref = (name: string) => ({ namespace: 'pay', name });
  const stored = (name: string) => store.get(callAs(alice), ref(name));
  const failure = (call: Promise<unknown>) =>
    call.then(
      () => expect.fail('it succeeded'),
      (error: SallyportError) => error,
    );

  it('keeps keys that are special to JavaScript, both ways', async () => {
    const keys = ['__proto__', 'constructor', 'prototype', 'toString', '.dockerconfigjson'];
    const data = Object.fromEntries(keys.map((key) => [key, `value of ${key}`]));
    await store.create(callAs(alice), manifest('pay', 'keys', data), write);
    const secret = await stored('keys');
    expect([...secret.data.keys()].toSorted()).toEqual(keys.toSorted());
    expect(secret.data.get('__proto__')?.revealText()).toBe('value of __proto__');
    await store.update(callAs(alice), secret, write);
    expect((await stored('keys')).data.size).toBe(keys.length);
  });

  it('writes metadata, and reads when it was changed last', async () => {
    const more = { labels: { team: 'a' }, annotations: { note: 'é' }, type: 'example.org/t' };
    const made = await store.create(callAs(alice), manifest('pay', 'meta', {}, more), write);
    expect(made).toMatchObject({ ...more, immutable: false, finalizers: [] });
    expect(made.updatedAt).toBe(made.createdAt);
  });

  it('changes nothing in a dry run', async () => {
    const dry = { dryRun: true };
    await store.create(callAs(alice), manifest('pay', 'dry', { a: '1' }), dry);
    expect(await failure(stored('dry'))).toMatchObject({ code: 'NotFound' });
    await store.create(callAs(alice), manifest('pay', 'dry', { a: '1' }), write);
    await store.update(callAs(alice), manifest('pay', 'dry', { a: '2' }), dry);
    const document = { data: { a: base64('3') } };
    await store.patch(callAs(alice), ref('dry'), { kind: 'merge', document }, dry);
    await store.delete(callAs(alice), ref('dry'), {}, dry);
    expect((await stored('dry')).data.get('a')?.revealText()).toBe('1');
  });

  it('tells the conflicts apart', async () => {
    const made = await store.create(callAs(alice), manifest('pay', 'twice', {}), write);
    const again = store.create(callAs(alice), manifest('pay', 'twice', {}), write);
    expect(await failure(again)).toMatchObject({ code: 'AlreadyExists', status: 409 });
    const stale = manifest('pay', 'twice', { a: 'x' }, { resourceVersion: '1' });
    const code = 'Conflict';
    expect(await failure(store.update(callAs(alice), stale, write))).toMatchObject({ code });
    const other = manifest('pay', 'twice', {}, { uid: 'another' });
    expect(await failure(store.update(callAs(alice), other, write))).toMatchObject({ code });
    for (const precondition of [{ uid: 'another' }, { resourceVersion: '1' }]) {
      const deleted = store.delete(callAs(alice), ref('twice'), precondition, write);
      expect(await failure(deleted)).toMatchObject({ code });
    }
    const { uid, resourceVersion } = made;
    await store.delete(callAs(alice), ref('twice'), { uid, resourceVersion }, write);
    expect(await failure(stored('twice'))).toMatchObject({ code: 'NotFound' });
  });

  it('says what a delete has left: nothing, or a state that finalizers keep', async () => {
    const plain = await store.create(callAs(alice), manifest('pay', 'plain', {}), write);
    const removed = await store.delete(callAs(alice), ref('plain'), {}, write);
    expect(removed).toEqual({ uid: plain.uid });
    const finalizers = ['example.org/held'];
    const held = manifest('pay', 'held', {}, { finalizers });
    const made = await store.create(callAs(alice), held, write);
    const kept = await store.delete(callAs(alice), ref('held'), {}, write);
    const { uid, resourceVersion } = await stored('held');
    expect(kept).toEqual({ uid, resourceVersion });
    expect([uid, resourceVersion === made.resourceVersion]).toEqual([made.uid, false]);
  });

  it('names the field of an invalid Secret, and no value', async () => {
    const docker = { '.dockerconfigjson': 'hunter2' };
    const type = 'kubernetes.io/dockerconfigjson';
    const created = store.create(callAs(alice), manifest('pay', 'bad', docker, { type }), write);
    const error = await failure(created);
    expect(error).toMatchObject({
      code: 'Invalid',
      errors: [{ pointer: '/data/.dockerconfigjson', reason: 'cannot be decoded' }],
    });
    const labels = { team: 'hunter2 !' };
    const labelled = store.create(callAs(alice), manifest('pay', 'bad', {}, { labels }), write);
    const text = JSON.stringify([error, error.message, await failure(labelled)]);
    expect(text).not.toContain('hunter2');
    expect(text).toContain('/metadata/labels');
  });

  it('refuses changes to an immutable Secret and to a type', async () => {
    const fixed = manifest('pay', 'fixed', { a: '1' }, { immutable: true });
    await store.create(callAs(alice), fixed, write);
    const changed = manifest('pay', 'fixed', { a: '2' }, { immutable: true, type: 'other' });
    const error = await failure(store.update(callAs(alice), changed, write));
    expect(error.errors).toEqual([
      { pointer: '/type', reason: 'field is immutable' },
      { pointer: '/data', reason: 'field is immutable when `immutable` is set' },
    ]);
  });

  it('creates the maps that a JSON patch adds to', async () => {
    await store.create(callAs(alice), manifest('pay', 'bare', {}), write);
    const operations = [
      { op: 'add', path: '/data/a', value: base64('1') },
      { op: 'add', path: '/metadata/labels/x', value: 'y' },
      { op: 'add', path: '/metadata/annotations/n', value: 'm' },
    ];
    const patch: SecretPatch = { kind: 'json', operations };
    const call = callAs(alice);
    const patched = await store.patch(call, ref('bare'), patch, write);
    expect(patched).toMatchObject({ labels: { x: 'y' }, annotations: { n: 'm' } });
    expect(patched.data.get('a')?.revealText()).toBe('1');
    // As it is, three maps alone, three pairs, and all three.
    expect(call.trace.upstreamIds).toHaveLength(8);
    const one: SecretPatch = { kind: 'json', operations: operations.slice(0, 1) };
    await store.create(
      callAs(alice),
      manifest('pay', 'labelled', {}, { labels: { a: 'b' } }),
      write,
    );
    const single = callAs(alice);
    expect((await store.patch(single, ref('labelled'), one, write)).labels).toEqual({ a: 'b' });
    expect(single.trace.upstreamIds).toHaveLength(2);
    await store.patch(callAs(alice), ref('bare'), patch, write);
  });

  it('patches by merge, with a key that is special to JavaScript', async () => {
    await store.create(callAs(alice), manifest('pay', 'merge', { old: '1' }), write);
    const data = Object.fromEntries([
      ['__proto__', base64('2')],
      ['old', null],
    ]);
    const patch: SecretPatch = { kind: 'merge', document: { data } };
    const patched = await store.patch(callAs(alice), ref('merge'), patch, write);
    expect([...patched.data.keys()]).toEqual(['__proto__']);
  });

  it('says that a test of a JSON patch failed', async () => {
    await store.create(callAs(alice), manifest('pay', 'tested', { a: 'hunter2' }), write);
    const operations = [{ op: 'test', path: '/data/a', value: base64('x') }];
    const patched = store.patch(callAs(alice), ref('tested'), { kind: 'json', operations }, write);
    const error = await failure(patched);
    expect(error).toMatchObject({ code: 'Invalid', errors: [] });
    expect(error.message).toContain('a test failed');
    const secretive = [{ op: 'add', path: '/data/b', value: '@@hunter2' }];
    const broken: SecretPatch = { kind: 'json', operations: secretive };
    const refusal = await failure(store.patch(callAs(alice), ref('tested'), broken, write));
    expect(refusal.errors).toEqual([{ pointer: '', reason: 'cannot be decoded' }]);
    const text = JSON.stringify([error.message, refusal, refusal.message]);
    expect(text).not.toMatch(new RegExp(`hunter2|${base64('hunter2')}`));
  });

  it('waits two seconds for a version, no longer', async () => {
    const { resourceVersion } = await store.create(
      callAs(alice),
      manifest('pay', 'fresh', {}),
      write,
    );
    const options = { notOlderThan: resourceVersion };
    expect((await store.get(callAs(alice), ref('fresh'), options)).name).toBe('fresh');
    const startMs = performance.now();
    const future = { notOlderThan: '999999999' };
    const error = await failure(store.get(callAs(alice), ref('fresh'), future));
    expect(error.code).toBe('Timeout');
    expect(performance.now() - startMs).toBeLessThan(2_500);
  });

  it('pages through a list', async () => {
    const first = await store.list(callAs(alice), 'pay', { limit: 2 });
    expect(first.items).toHaveLength(2);
    expect(first.remainingItemCount).toBeGreaterThan(0);
    const next = { limit: 500, continue: first.continue! };
    const rest = await store.list(callAs(alice), 'pay', next);
    expect(rest.items).toHaveLength(first.remainingItemCount!);
    const selected = { limit: 500, fieldSelector: 'metadata.name=meta' };
    expect((await store.list(callAs(alice), 'pay', selected)).items).toHaveLength(1);
    const broken = store.list(callAs(alice), 'pay', { limit: 1, continue: 'x' });
    expect(await failure(broken)).toMatchObject({ code: 'BadRequest' });
  });

  it.each(['..', '.', '', '../../nodes'])('climbs nowhere by the name %j', async (name) => {
    expect((await failure(stored(name))).code).toMatch(/^(BadRequest|NotFound)$/);
  });

  it('calls a namespace that is absent not found', async () => {
    const error = await failure(store.get(callAs(alice), { namespace: 'pay', name: 'absent' }));
    expect(error).toMatchObject({ code: 'NotFound', message: 'secrets "absent" not found' });
  });

  it('says what a frozen or dead API server leaves open', async () => {
    await store.create(callAs(alice), manifest('pay', 'last', {}), write);
    // It keeps exactly one connection, and the connection is free.
    const fresh = await connectGateway(cluster);
    await fresh.store.get(callAs(alice), ref('last'));
    await setImmediate();
    cluster.pause();
    // On the kept connection bytes leave; on a new one the handshake gets no answer.
    const created = failure(fresh.store.create(callAs(alice), manifest('pay', 'late', {}), write));
    const unsent = failure(fresh.store.create(callAs(alice), manifest('pay', 'unsent', {}), write));
    const read = failure(stored('last'));
    expect((await read).code).toBe('Timeout');
    expect((await unsent).code).toBe('Timeout');
    expect((await created).code).toBe('OutcomeUnknown');
    fresh.transport.close();
    cluster.resume();
    await cluster.stopApiServer();
    expect((await failure(stored('last'))).code).toBe('Unavailable');
    const refused = store.create(callAs(alice), manifest('pay', 'never', {}), write);
    expect(await failure(refused)).toMatchObject({ code: 'Unavailable' });
    await cluster.startApiServer();
    expect((await stored('last')).name).toBe('last');
    expect((await failure(stored('unsent'))).code).toBe('NotFound');
  }, 60_000);
});
