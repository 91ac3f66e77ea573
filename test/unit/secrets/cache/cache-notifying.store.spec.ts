import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { readCachedSecret } from '../../../../src/kubernetes/kube-secret.mapper.js';
import { CacheNotifyingStore } from '../../../../src/secrets/cache/cache-notifying.store.js';
import type {
  DeleteAnswer,
  SecretStore,
  StoreCall,
} from '../../../../src/secrets/domain/secret.store.js';
import { cachedSecret } from '../domain/cache/cached-secret.builder.js';
import { manifest } from '../../../integration/kubernetes/support.js';

const ref = { namespace: 'pay', name: 'db' };
// The store under it is asked nothing about the call.
const call = {} as StoreCall;

/** A store that answers each write with one state, and what the cache hears. */
function noted(deleted: DeleteAnswer = {}, failure?: Error) {
  const written = readCachedSecret(cachedSecret({ version: 7 }));
  const answer = <T>(value: T): Promise<T> =>
    failure === undefined ? Promise.resolve(value) : Promise.reject(failure);
  const store = {
    create: () => answer(written),
    update: () => answer(written),
    patch: () => answer(written),
    delete: () => answer(deleted),
  } as unknown as SecretStore;
  const heard: string[] = [];
  const cache = {
    wrote: ({ name }: { readonly name: string }, version: string) =>
      void heard.push(`wrote ${name} ${version}`),
    removed: ({ name }: { readonly name: string }, uid: string | undefined) =>
      void heard.push(`removed ${name} ${uid}`),
    unsure: ({ name }: { readonly name?: string | undefined }) => void heard.push(`unsure ${name}`),
  };
  return { store: new CacheNotifyingStore(store, cache), heard };
}

const secret = manifest('pay', 'db', {});
const writes = {
  create: (store: SecretStore, dryRun: boolean) => store.create(call, secret, { dryRun }),
  update: (store: SecretStore, dryRun: boolean) => store.update(call, secret, { dryRun }),
  patch: (store: SecretStore, dryRun: boolean) =>
    store.patch(call, ref, { kind: 'merge', document: {} }, { dryRun }),
};

describe.each(Object.entries(writes))('%s', (_, write) => {
  it('is heard of before it is answered, unless it was a dry run', async () => {
    const { store, heard } = noted();
    await write(store, true);
    expect(heard).toEqual([]);
    await write(store, false);
    expect(heard).toEqual(['wrote db 7']);
  });

  it.each([
    new SallyportError('OutcomeUnknown', 'it may have been written'),
    new TypeError('it may have been written'),
  ])('is heard of as unsure where nothing tells whether it was made (%s)', async (failure) => {
    const { store, heard } = noted({}, failure);
    await expect(write(store, true)).rejects.toThrow('it may have been written');
    expect(heard).toEqual([]);
    await expect(write(store, false)).rejects.toThrow('it may have been written');
    expect(heard).toEqual(['unsure db']);
  });

  it('is not heard of where it failed', async () => {
    const { store, heard } = noted({}, new SallyportError('Conflict', 'changed meanwhile'));
    await expect(write(store, false)).rejects.toThrow('changed meanwhile');
    expect(heard).toEqual([]);
  });
});

describe('delete', () => {
  it('is heard of as unsure where nothing tells whether it was made', async () => {
    const { store, heard } = noted({}, new SallyportError('OutcomeUnknown', 'it may be gone'));
    const deleting = (dryRun: boolean) => store.delete(call, ref, {}, { dryRun });
    await expect(deleting(true)).rejects.toThrow('it may be gone');
    await expect(deleting(false)).rejects.toThrow('it may be gone');
    expect(heard).toEqual(['unsure db']);
  });

  it.each([
    ['a removal', { uid: 'u' }, 'removed db u'],
    ['a removal of whatever it was', {}, 'removed db undefined'],
    ['a write, where finalizers keep it', { uid: 'u', resourceVersion: '9' }, 'wrote db 9'],
  ])('is heard of as %s', async (_, answer, expected) => {
    const { store, heard } = noted(answer);
    expect(await store.delete(call, ref, {}, { dryRun: true })).toEqual(answer);
    expect(heard).toEqual([]);
    expect(await store.delete(call, ref, {}, { dryRun: false })).toEqual(answer);
    expect(heard).toEqual([expected]);
  });
});
