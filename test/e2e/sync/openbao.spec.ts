import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, patiently } from '../../support/tokens-world.js';
import { SyncWorld } from './sync-world.js';

let world: SyncWorld;

beforeAll(async () => {
  world = await SyncWorld.start();
});
afterAll(() => world?.stop());

const resolve = (name: string, body: object) =>
  world.author.post(`/v1/namespaces/pay/syncs/${name}/resolve`, body);

describe('a sync in both directions', () => {
  it('pushes a Secret, and each change of it within seconds', async () => {
    await world.putSecret('db', { user: 'app', password: 'first-value' });
    await world.putSync('db');
    await world.becomes('db', 'InSync');
    expect(await world.remoteValues('db')).toEqual({ user: 'app', password: 'first-value' });
    await world.putSecret('db', { user: 'app', password: 'second-value' });
    await eventually(async () => {
      expect(await world.remoteValues('db')).toEqual({ user: 'app', password: 'second-value' });
    });
  });

  it('pulls a change of the store, as a version that says so', async () => {
    await world.putRemote('db', { user: 'app', password: 'value-of-store' });
    await world.run('db');
    await eventually(async () => {
      expect(await world.secretValues('db')).toEqual({ user: 'app', password: 'value-of-store' });
    });
    await eventually(async () => {
      const { body } = await world.author.get('/v1/namespaces/pay/secrets/db/versions');
      expect(body.items[0]).toMatchObject({ door: 'sync' });
    });
  });

  it('notices a change of the store by itself', async () => {
    await world.putRemote('db', { user: 'app', password: 'noticed-value' });
    await eventually(async () => {
      expect(await world.secretValues('db')).toMatchObject({ password: 'noticed-value' });
    });
  });

  it('writes nothing on either side while nothing changes', async () => {
    await world.becomes('db', 'InSync');
    const before = [await world.remoteVersion('db'), await world.secretVersion('db')];
    for (let count = 0; count < 5; count += 1) {
      const { body } = await world.run('db');
      expect(body).toMatchObject({ state: 'InSync', written: false });
    }
    expect([await world.remoteVersion('db'), await world.secretVersion('db')]).toEqual(before);
  });

  it('takes a deletion of a key over only if its spec says so', async () => {
    await world.putSecret('deletions', { kept: 'a-value', gone: 'b-value', more: 'c-value' });
    await world.putSync('deletions');
    await world.becomes('deletions', 'InSync');
    await world.putSecret('deletions', { kept: 'a-value', more: 'c-value' });
    const retained = await world.run('deletions');
    expect(retained.body).toMatchObject({ state: 'InSync' });
    expect(await world.remoteValues('deletions')).toHaveProperty('gone');
    await world.putSync('deletions', { onDelete: 'delete' });
    await eventually(async () => {
      const { keyStates } = await world.becomes('deletions', 'InSync');
      expect(keyStates).toContainEqual({ name: 'gone', state: 'Deleting' });
    });
    // A second look confirms it, ten seconds later.
    await patiently(async () => {
      expect(await world.remoteValues('deletions')).toEqual({ kept: 'a-value', more: 'c-value' });
    });
  });
});

describe('a sync of some keys under other names', () => {
  it('leaves the other keys of both sides as they are', async () => {
    await world.putSecret('named', { password: 'mapped-value', own: 'of-the-cluster' });
    await world.putRemote('named', { OTHER: 'of-the-store' });
    await world.putSync('named', { keys: [{ name: 'password', remote: 'PASSWORD' }] });
    await world.becomes('named', 'InSync');
    expect(await world.remoteValues('named')).toEqual({
      OTHER: 'of-the-store',
      PASSWORD: 'mapped-value',
    });
    await world.putRemote('named', { OTHER: 'of-the-store', PASSWORD: 'changed-value' });
    await world.run('named');
    await eventually(async () => {
      expect(await world.secretValues('named')).toEqual({
        own: 'of-the-cluster',
        password: 'changed-value',
      });
    });
  });
});

describe('a sync whose sides differ', () => {
  it('waits at first until somebody says which side wins', async () => {
    await world.putSecret('first', { password: 'of-the-cluster', only: 'in-the-cluster' });
    await world.putRemote('first', { password: 'of-the-store' });
    await world.putSync('first');
    expect(await world.becomes('first', 'Held')).toMatchObject({ reason: 'FirstSync' });
    expect(await world.remoteValues('first')).toEqual({ password: 'of-the-store' });
    const { body } = await resolve('first', { prefer: 'store' });
    expect(body).toMatchObject({ state: 'InSync', written: true });
    const both = { password: 'of-the-store', only: 'in-the-cluster' };
    expect(await world.secretValues('first')).toEqual(both);
    expect(await world.remoteValues('first')).toEqual(both);
  });

  it('holds a conflict, and keeps the value that loses in a history', async () => {
    await world.putSecret('both', { password: 'common-value', other: 'common-other' });
    await world.putSync('both');
    await world.becomes('both', 'InSync');
    await world.pause('both', async () => {
      await world.putSecret('both', { password: 'lost-value', other: 'common-other' });
      await world.putRemote('both', { password: 'winning-value', other: 'common-other' });
    });
    expect(await world.becomes('both', 'Conflict')).toMatchObject({
      reason: 'Conflict',
      keyStates: [
        { name: 'other', state: 'InSync' },
        { name: 'password', state: 'Conflict' },
      ],
    });
    expect(await world.remoteValues('both')).toMatchObject({ password: 'winning-value' });
    expect(await world.secretValues('both')).toMatchObject({ password: 'lost-value' });
    const plan = await world.author.post('/v1/namespaces/pay/syncs/both/resolve?dryRun=All', {
      prefer: 'store',
      keys: ['password'],
    });
    expect(plan.body).toMatchObject({
      written: false,
      keys: [
        { name: 'other', action: 'none' },
        { name: 'password', action: 'pull' },
      ],
    });
    expect(await world.secretValues('both')).toMatchObject({ password: 'lost-value' });
    expect(await resolve('both', { prefer: 'store', keys: ['pasword'] })).toMatchObject({
      ...{ status: 422, body: { errors: [{ pointer: '/keys/0' }] } },
    });
    await resolve('both', { prefer: 'store', keys: ['password'] });
    expect(await world.secretValues('both')).toMatchObject({ password: 'winning-value' });
    await eventually(async () => {
      const { body } = await world.author.get('/v1/namespaces/pay/secrets/both/versions');
      expect(body.items[0]).toMatchObject({ door: 'sync' });
    });
    const lost = '/v1/namespaces/pay/secrets/both/keys/password?version=2';
    expect((await world.author.get(lost)).text).toBe('lost-value');
  });
});

describe('a sync that has lost a side', () => {
  it('deletes nothing if the secret is not in the store any more', async () => {
    await world.putSecret('wiped', { password: 'surviving-value' });
    await world.putSync('wiped', { onDelete: 'delete' });
    await world.becomes('wiped', 'InSync');
    await world.bao.call('DELETE', 'secret/metadata/k8s/pay/wiped');
    await world.run('wiped');
    expect(await world.becomes('wiped', 'Held')).toMatchObject({ reason: 'StoreGone' });
    expect(await world.secretValues('wiped')).toEqual({ password: 'surviving-value' });
    const trail = '/v1/audit/events?namespace=pay&secret=wiped&action=syncs.report';
    expect((await world.auditor.get(trail)).body.items).toContainEqual(
      expect.objectContaining({ decisionReason: expect.stringMatching(/^StoreGone: /) }),
    );
    expect((await resolve('wiped', { prefer: 'cluster' })).body).toMatchObject({ written: true });
    expect(await world.remoteValues('wiped')).toEqual({ password: 'surviving-value' });
  });

  it('deletes nothing if the Secret is not in the cluster any more', async () => {
    await world.putSecret('removed', { password: 'of-both-sides' });
    await world.putSync('removed', { onDelete: 'delete' });
    await world.becomes('removed', 'InSync');
    await world.author.delete('/v1/namespaces/pay/secrets/removed');
    expect(await world.becomes('removed', 'Held')).toMatchObject({ reason: 'ClusterGone' });
    expect(await world.remoteValues('removed')).toEqual({ password: 'of-both-sides' });
  });

  it('deletes nothing if a side has lost more than half of its keys', async () => {
    const values = { a: 'value-of-a', b: 'value-of-b', c: 'value-of-c' };
    await world.putSecret('halved', values);
    await world.putSync('halved', { onDelete: 'delete' });
    await world.becomes('halved', 'InSync');
    await world.putRemote('halved', { a: 'value-of-a' });
    await world.run('halved');
    expect(await world.becomes('halved', 'Held')).toMatchObject({ reason: 'MassDeletion' });
    expect(await world.secretValues('halved')).toEqual(values);
    await resolve('halved', { prefer: 'store' });
    expect(await world.secretValues('halved')).toEqual({ a: 'value-of-a' });
  });
});

describe('the trail', () => {
  it('has the writes of both sides, on behalf of the author', async () => {
    const { body } = await world.auditor.get('/v1/audit/events?namespace=pay&secret=db&limit=200');
    const events = body.items as unknown as readonly Record<string, unknown>[];
    const ofAction = (action: string) => events.filter((event) => event['action'] === action);
    const push = ofAction('syncs.push').at(-1);
    expect(push).toMatchObject({
      outcome: 'allowed',
      keys: ['password', 'user'],
      onBehalfOf: 'system:serviceaccount:pay:author',
    });
    expect(push?.['decisionReason']).toContain('SecretSync "db"');
    expect(ofAction('syncs.pull').length).toBeGreaterThan(0);
  });
});
