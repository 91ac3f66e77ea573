import { describe, expect, it } from 'vitest';
import { metadataRights } from '../../../../src/access/domain/secret-rights.js';
import { KeyValue, metadataBody } from '../../../../src/secrets/domain/representations.js';
import { readsWorld, stateOf } from './cached-reads.builder.js';
import { storedSecret, values } from '../domain/secret.builder.js';

const ref = { namespace: 'pay', name: 'db' };
const getSecret = { verb: 'get', group: '', resource: 'secrets', ...ref };

describe('a Secret that the cache follows', () => {
  it('comes from it after a decision about the caller, and the cluster is not asked', async () => {
    const { source, ctx, trace, access, store } = readsWorld();
    const found = await source.find(ctx, trace, { ref });
    expect(found).toMatchObject({ ...ref, uid: 'u-db', resourceVersion: '41' });
    expect(found.keys).toEqual(['password', 'user']);
    expect(await found.show(new KeyValue('password'))).toMatchObject({ sizeBytes: 3 });
    expect(access.asked).toEqual([getSecret]);
    expect(store.gets).toEqual([]);
    expect(trace.plane).toBe('broker');
    expect(trace.decisionReason).toBe('because');
  });

  it('is read once for all that is shown of it', async () => {
    const { source, ctx, trace, documents } = readsWorld();
    const found = await source.find(ctx, trace, { ref });
    await found.show(metadataBody);
    expect(found.keys).toHaveLength(2);
    const again = await source.find(ctx, trace, { ref });
    expect([again.keys, documents.count]).toEqual([found.keys, 1]);
  });

  it('is not looked up for who may not have it', async () => {
    const { source, ctx, trace, access, cache, documents, store } = readsWorld();
    access.isAllowed = false;
    for (const name of ['db', 'absent']) {
      const refused = source.find(ctx, trace, { ref: { namespace: 'pay', name } });
      await expect(refused).rejects.toMatchObject({ code: 'Forbidden' });
    }
    expect([cache.needs.length, cache.viewed]).toEqual([2, 0]);
    expect([documents.count, store.gets]).toEqual([0, []]);
    expect(trace.plane).toBe('none');
  });

  it('is as it is after the decision, however long that took', async () => {
    const { source, ctx, trace, cache } = readsWorld();
    const finding = source.find(ctx, trace, { ref });
    cache.states.set('db', stateOf('db', { resourceVersion: '42' }));
    expect(await finding).toMatchObject({ resourceVersion: '42' });
  });

  it('is waited for until a write that was acknowledged is in it', async () => {
    const { source, ctx, trace, cache } = readsWorld();
    const { promise, resolve } = Promise.withResolvers<void>();
    cache.late = promise;
    const finding = source.find(ctx, trace, { ref });
    cache.states.set('db', stateOf('db', { resourceVersion: '42' }));
    resolve();
    expect(await finding).toMatchObject({ resourceVersion: '42' });
    expect(trace.plane).toBe('broker');
  });
});

describe('a Secret that the cluster is asked for', () => {
  const stored = storedSecret({ ...ref, data: values({ b: '1', a: '2' }) });

  function strongWorld() {
    const world = readsWorld();
    world.store.secrets.set('db', stored);
    return world;
  }

  it('is read as the caller, whose right the API server decides about', async () => {
    const { source, ctx, trace, store, access } = strongWorld();
    const found = await source.find(ctx, trace, { ref }, { consistency: 'strong' });
    expect(found.keys).toEqual(['a', 'b']);
    expect(store.gets).toEqual([{ ...ref, as: 'caller' }]);
    expect([access.asked, trace.plane]).toEqual([[], 'caller']);
  });

  it('is one of a namespace that is not followed', async () => {
    const { source, ctx, trace, store, access, cache } = strongWorld();
    cache.isFollowed = false;
    await source.find(ctx, trace, { ref }, { notOlderThan: '60' });
    expect(store.gets).toEqual([{ ...ref, as: 'caller', notOlderThan: '60' }]);
    expect(cache.needs).toEqual([{ name: 'db', notOlderThan: '60' }]);
    expect(access.asked).toEqual([]);
  });

  it('is one that a cache does not have, since absence is for the cluster to confirm', async () => {
    const { source, ctx, trace, store, cache } = strongWorld();
    cache.states.clear();
    expect(await source.find(ctx, trace, { ref })).toMatchObject({ uid: stored.uid });
    const absent = { namespace: 'pay', name: 'absent' };
    const missing = source.find(ctx, trace, { ref: absent });
    await expect(missing).rejects.toMatchObject({ code: 'NotFound' });
    expect(store.gets).toEqual([
      { ...ref, as: 'caller' },
      { ...absent, as: 'caller' },
    ]);
  });

  it('is one of which the caller knows a newer state than the cache', async () => {
    const { source, ctx, trace, store } = strongWorld();
    for (const tag of ['"u-db.40"', '"u-db.41"', '"u-other.42"', '"u-db.x"']) {
      await source.find(ctx, trace, { ref }, { ifNoneMatch: [tag] });
    }
    expect(store.gets).toEqual([]);
    await source.find(ctx, trace, { ref }, { ifNoneMatch: ['"u-db.41"', '"u-db.42"'] });
    expect(store.gets).toEqual([{ ...ref, as: 'caller' }]);
  });

  it('is one that the cache lost sight of while the caller was asked about', async () => {
    const { source, ctx, trace, store, cache } = strongWorld();
    const finding = source.find(ctx, trace, { ref, rights: metadataRights(ref) });
    cache.isFollowed = false;
    await finding;
    expect(store.gets).toEqual([{ ...ref, as: 'caller' }]);
  });

  it('shows what history says of it, and nothing of it is kept', async () => {
    const { source, ctx, trace, history, renditions } = strongWorld();
    const keyVersions = [{ name: 'a', version: 2 }];
    history.info = { version: 3, updatedBy: null, keyVersions, isFinal: true };
    const found = await source.find(ctx, trace, { ref }, { consistency: 'strong' });
    expect(await found.show(metadataBody)).toMatchObject({
      version: 3,
      keys: [
        { name: 'a', version: 2 },
        { name: 'b', version: null },
      ],
    });
    expect(renditions.sizeBytes).toBe(0);
  });

  it('is one that was decided about before, as whom the decision was', async () => {
    const { source, ctx, trace, store, access } = strongWorld();
    const wanted = { ref, as: 'broker' } as const;
    await source.findDecided(ctx, trace, wanted, { consistency: 'strong' });
    expect(store.gets).toEqual([{ ...ref, as: 'broker' }]);
    await source.findDecided(ctx, trace, wanted);
    expect([store.gets.length, access.asked]).toEqual([1, []]);
  });
});
