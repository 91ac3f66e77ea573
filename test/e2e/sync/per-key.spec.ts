import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, patiently } from '../../support/tokens-world.js';
import { SyncWorld } from './sync-world.js';

const owner = /^v1\/.+\/.+\/.+$/;

let world: SyncWorld;

beforeAll(async () => {
  world = await SyncWorld.start();
});
afterAll(() => world?.stop());

const remote = (name: string, change: object = {}) => ({ name, format: 'perKey', ...change });
const keysOf = (...names: readonly string[]) => names.map((name) => ({ name }));

async function markOf(name: string): Promise<unknown> {
  const answer = await world.bao.call('GET', `secret/metadata/k8s/pay/${name}`);
  const { data } = answer as { readonly data: { readonly custom_metadata: object | null } };
  return Object(data.custom_metadata)['sallyport.dev/owner'];
}

describe('a sync with a secret for each key', () => {
  it('pushes each key to a secret of its own, with the mark of its owner', async () => {
    await world.putSecret('pushed', { user: 'app', password: 'first-value', other: 'stays' });
    const keys = [{ name: 'user' }, { name: 'password', remote: 'PASSWORD' }];
    await world.putSync('pushed', { remote: remote('pushed'), keys, direction: 'push' });
    const { keyStates } = await world.becomes('pushed', 'InSync');
    expect(keyStates).toEqual([
      { name: 'password', state: 'InSync' },
      { name: 'user', state: 'InSync' },
    ]);
    expect(await world.remoteValues('pushed/user')).toEqual({ value: 'app' });
    expect(await world.remoteValues('pushed/PASSWORD')).toEqual({ value: 'first-value' });
    expect(await world.remoteValues('pushed/other')).toBeUndefined();
    expect(await world.remoteValues('pushed')).toBeUndefined();
    expect([await markOf('pushed/user'), await markOf('pushed/PASSWORD')]).toEqual([
      ...[expect.stringMatching(owner), expect.stringMatching(owner)],
    ]);
  });

  it('pulls secrets of the store into keys, and leaves them without a mark', async () => {
    await world.putRemote('pulled/user', { value: 'app' });
    await world.putRemote('pulled/PASSWORD', { value: 'of-the-store' });
    const keys = [{ name: 'user' }, { name: 'password', remote: 'PASSWORD' }];
    await world.putSync('pulled', { remote: remote('pulled'), keys, direction: 'pull' });
    await world.becomes('pulled', 'InSync');
    expect(await world.secretValues('pulled')).toEqual({ user: 'app', password: 'of-the-store' });
    expect(await markOf('pulled/user')).toBeUndefined();
  });

  it('brings the changes of each side to the other, key by key', async () => {
    await world.putSecret('both', { a: 'first-of-a', b: 'first-of-b' });
    await world.putSync('both', { remote: remote('both'), keys: keysOf('a', 'b') });
    await world.becomes('both', 'InSync');
    const version = await world.remoteVersion('both/b');
    await world.putSecret('both', { a: 'second-of-a', b: 'first-of-b' });
    await eventually(async () => {
      expect(await world.remoteValues('both/a')).toEqual({ value: 'second-of-a' });
    });
    expect(await world.remoteVersion('both/b')).toBe(version);
    await world.putRemote('both/b', { value: 'second-of-b' });
    await world.run('both');
    await eventually(async () => {
      expect(await world.secretValues('both')).toEqual({ a: 'second-of-a', b: 'second-of-b' });
    });
    await world.becomes('both', 'InSync');
    const { body } = await world.run('both');
    expect(body).toMatchObject({ state: 'InSync', written: false });
    expect(body['storeVersion']).toMatch(/^keys:/);
  });

  it('has a conflict for one key, and goes on with the others', async () => {
    await world.putSecret('conflict', { a: 'first-of-a', b: 'first-of-b' });
    await world.putSync('conflict', { remote: remote('conflict'), keys: keysOf('a', 'b') });
    await world.becomes('conflict', 'InSync');
    await world.pause('conflict', async () => {
      await world.putSecret('conflict', { a: 'of-the-cluster', b: 'pushed-value' });
      await world.putRemote('conflict/a', { value: 'of-the-store' });
    });
    const { keyStates } = await world.becomes('conflict', 'Conflict');
    expect(keyStates).toEqual([
      { name: 'a', state: 'Conflict' },
      { name: 'b', state: 'InSync' },
    ]);
    expect(await world.remoteValues('conflict/a')).toEqual({ value: 'of-the-store' });
    expect(await world.remoteValues('conflict/b')).toEqual({ value: 'pushed-value' });
  });

  it('deletes the secret of a deleted key if its spec says so, so that it can be restored', async () => {
    await world.putSecret('deleted', { a: 'value-of-a', b: 'value-of-b', c: 'value-of-c' });
    const keys = keysOf('a', 'b', 'c');
    await world.putSync('deleted', { remote: remote('deleted'), keys, onDelete: 'delete' });
    await world.becomes('deleted', 'InSync');
    await world.putSecret('deleted', { a: 'value-of-a', b: 'value-of-b' });
    // A second look confirms it, ten seconds later.
    await patiently(async () => {
      expect(await world.remoteValues('deleted/c')).toBeUndefined();
    });
    await world.bao.call('POST', 'secret/undelete/k8s/pay/deleted/c', { versions: [1] });
    expect(await world.remoteValues('deleted/c')).toEqual({ value: 'value-of-c' });
    // All secrets are as they were before the deletion.
    await world.run('deleted');
    expect(await world.becomes('deleted', 'Held')).toMatchObject({ reason: 'StoreOutdated' });
    const resolve = '/v1/namespaces/pay/syncs/deleted/resolve';
    expect((await world.author.post(resolve, { prefer: 'store' })).body).toMatchObject({
      state: 'InSync',
    });
    expect(await world.secretValues('deleted')).toMatchObject({ c: 'value-of-c' });
    expect((await world.run('deleted')).body).toMatchObject({ state: 'InSync', written: false });
  });
});

describe('another owner of one key', () => {
  it('holds the whole sync, until it names that owner to take over', async () => {
    await world.putSecret('owned', { password: 'of-the-owner' });
    const keys = keysOf('password');
    await world.putSync('owned', { remote: remote('shared'), keys, direction: 'push' });
    await world.becomes('owned', 'InSync');
    await world.putSecret('second', { user: 'app', password: 'of-the-second' });
    const both = { keys: keysOf('user', 'password'), direction: 'push' };
    await world.putSync('second', { remote: remote('shared'), ...both });
    const held = await world.becomes('second', 'OwnedElsewhere');
    expect(await world.remoteValues('shared/user')).toBeUndefined();
    expect(await world.remoteValues('shared/password')).toEqual({ value: 'of-the-owner' });
    const takeOverFrom = (held as unknown as { owner: { syncUID: string } }).owner.syncUID;
    await world.author.delete('/v1/namespaces/pay/syncs/owned');
    const taken = remote('shared', { takeOverFrom });
    await world.putSync('second', { remote: taken, ...both, firstSync: 'push' });
    await world.becomes('second', 'InSync');
    expect(await world.remoteValues('shared/password')).toEqual({ value: 'of-the-second' });
    expect(await markOf('shared/password')).toBe(await markOf('shared/user'));
  });
});

describe('a sync is refused', () => {
  it.each([
    ['without keys', { remote: remote('refused') }, '/keys'],
    [
      'with a key that is another path',
      { remote: remote('refused'), keys: [{ name: 'a', remote: '../../shop/db' }] },
      '/keys/0',
    ],
  ])('%s', async (_what, change, place) => {
    const spec = world.syncSpec('refused', change);
    const { status, text } = await world.author.put('/v1/namespaces/pay/syncs/refused', spec);
    expect(status).toBe(422);
    expect(text).toContain(place);
  });

  it('with another cluster, whose Secrets have keys of their own', async () => {
    const kubernetes = { url: 'https://127.0.0.1:1', auth: { token: { audience: 'other' } } };
    const { allow } = world.storeSpec();
    await world.operator.put('/v1/stores/other-cluster', { kubernetes, allow });
    await world.putSecret('cluster', { a: 'value-of-a' });
    const change = { storeName: 'other-cluster', remote: remote('db'), keys: keysOf('a') };
    await world.putSync('cluster', change);
    expect(await world.becomes('cluster', 'Held')).toMatchObject({
      ...{ reason: 'StoreRefused', message: expect.stringContaining('remote.format') },
    });
  });
});
