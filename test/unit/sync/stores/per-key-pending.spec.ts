import { beforeEach, describe, expect, it } from 'vitest';
import type { RemoteSecret } from '../../../../src/sync/domain/remote-store.js';
import { PerKeyStore } from '../../../../src/sync/stores/per-key-store.js';
import { valuesOf } from '../engine/sync-world.js';
import { NamedStore } from './named-store.js';

const never = new AbortController().signal;
const name = 'k8s/pay/db';
const owner = { clusterUid: 'cluster', namespaceUid: 'ns', syncUid: 'sync' };
const mark = { ...owner, origins: ['aaaaaaaaaaaa'] };
const idempotencyToken = 'a'.repeat(64);

let inner: NamedStore;
let store: PerKeyStore;

beforeEach(() => {
  inner = new NamedStore();
  store = new PerKeyStore({ store: inner, keys: ['a', 'b', 'c'], owner });
});

async function present(): Promise<RemoteSecret> {
  const state = await store.read(name, never);
  if (state.kind !== 'present') throw new Error(`the secret is ${state.kind}`);
  return state;
}

describe('a write whose end is not known', () => {
  beforeEach(() => {
    inner.put(`${name}/a`, { value: '1' }, mark);
    inner.put(`${name}/b`, { value: '1' }, mark);
  });

  const writeOf = async () => {
    const values = valuesOf({ a: '1', b: '2', c: '2' });
    return { values, mark, expected: await present(), idempotencyToken };
  };

  it('is remembered key by key, with the version and the token of each changed one', async () => {
    inner.isConditional = false;
    const pending = store.pendingOf(await writeOf());
    const token = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    expect(pending?.keys).toEqual([
      { key: 'b', expectedVersion: 'v2', idempotencyToken: token },
      { key: 'c', expectedVersion: undefined, idempotencyToken: token },
    ]);
    inner.overwritten = ['v'];
    if (pending === undefined) throw new Error('the write is remembered');
    expect(await store.overwrittenBy(name, pending, never)).toEqual(['b/v', 'c/v']);
    expect(inner.asked).toMatchObject([
      { name: `${name}/b`, expectedVersion: 'v2' },
      { name: `${name}/c`, expectedVersion: undefined },
    ]);
    await store.write(name, await writeOf(), never);
    const tokens = inner.calls.flatMap(({ token: sent }) => sent ?? []);
    expect(tokens).toEqual(pending.keys?.map((key) => key.idempotencyToken));
  });

  it('needs no memory in a store with a condition', async () => {
    expect(store.pendingOf(await writeOf())).toBeUndefined();
  });
});

describe('the mark of a secret for each key', () => {
  it('gets other origins on all keys, once', async () => {
    inner.put(`${name}/a`, { value: '1' }, owner);
    inner.put(`${name}/b`, { value: '1' }, mark);
    const { mark: former } = await present();
    expect(former).toEqual(owner);
    await store.claim(name, { former, mark }, never);
    expect((await present()).mark).toEqual(mark);
    expect(inner.calls.filter(({ call }) => call === 'claim')).toHaveLength(1);
  });
});
