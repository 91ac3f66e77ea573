import { beforeEach, describe, expect, it } from 'vitest';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import type { OutboundFault } from '../../../../src/platform/outbound/domain/outbound-fault.js';
import { RemoteFault } from '../../../../src/sync/domain/remote-fault.js';
import { SyncedKeys } from '../../../../src/sync/domain/synced-keys.js';
import { RecordedStore } from '../../../../src/sync/engine/recorded-store.js';
import { RecordedCalls } from './recorded-calls.js';
import { accounts } from './pass-world.js';
import { MemoryStore, owner as mark, valuesOf } from './sync-world.js';

const identity = {
  ...{ namespace: 'pay', name: 'db-sync', storeName: 'bao', secretName: 'db', author: 'alice' },
};
const { signal } = new AbortController();

let calls: RecordedCalls;
let inner: MemoryStore;
let isLeader: boolean;
let store: RecordedStore;

beforeEach(() => {
  calls = new RecordedCalls();
  inner = new MemoryStore();
  isLeader = true;
  const keys = new SyncedKeys([{ name: 'password', remote: 'PASSWORD' }, { name: 'user' }]);
  const requireWork = (): void => {
    if (!isLeader) throw unavailable('another replica works on syncs now');
  };
  store = new RecordedStore({ store: inner, calls, accounts, identity, keys, requireWork });
});

function write(texts: Readonly<Record<string, string>>) {
  const request = { values: valuesOf(texts), mark, expected: inner.state, idempotencyToken: 'x' };
  return store.write('k8s/pay/db', request, signal);
}

const event = { action: 'syncs.push', namespace: 'pay', secret: 'db', onBehalfOf: 'alice' };

describe('a write to a store', () => {
  it('is in the trail before it happens, and its outcome after', async () => {
    inner.before = () => expect(calls.told).toEqual(['syncs.push intent']);
    await write({ PASSWORD: 'FIXTURE_LEAK', user: 'me' });
    expect(calls.events).toEqual([
      { stage: 'intent', ...event, keys: ['password', 'user'] },
      {
        ...{ stage: 'outcome', ...event, keys: ['password', 'user'], outcome: 'allowed' },
        decisionReason: 'SecretSync "db-sync" of ExternalStore "bao"',
      },
    ]);
  });

  it('names in the trail the changed keys of the Secret, and no other member or value', async () => {
    await write({ PASSWORD: 'old', user: 'me', more: 'theirs' });
    await write({ PASSWORD: 'FIXTURE_LEAK', more: 'other', PASS: 'x' });
    expect(calls.events.at(-1)?.keys).toEqual(['password', 'user']);
    expect(JSON.stringify(calls.events)).not.toMatch(/FIXTURE_LEAK|more|PASS/);
  });

  it('names in the trail what it has overwritten, if the store tells', async () => {
    inner.write = async () => ({ version: '2', overwritten: ['theirs', 'others'] });
    await write({ user: 'me' });
    expect(calls.events.at(-1)?.decisionReason).toMatch(
      /"bao"; overwritten unseen: theirs, others$/,
    );
  });

  it('of an earlier look is in the trail if it has overwritten versions', async () => {
    const pending = { expectedVersion: '1', idempotencyToken: 'x' };
    expect(await store.overwrittenBy('k8s/pay/db', pending, signal)).toEqual([]);
    expect(calls.events).toEqual([]);
    inner.found = ['theirs'];
    expect(await store.overwrittenBy('k8s/pay/db', pending, signal)).toEqual(['theirs']);
    expect(calls.events.at(-1)).toMatchObject({
      ...{ ...event, keys: [], outcome: 'allowed' },
      decisionReason: expect.stringContaining('overwritten unseen: theirs'),
    });
  });

  it('does not happen without its intent', async () => {
    calls.isDown = true;
    await expect(write({ user: 'me' })).rejects.toMatchObject({ code: 'Unavailable' });
    expect(inner.writes).toBe(0);
  });

  it('does not happen after the lease is lost, and the trail says that it failed', async () => {
    isLeader = false;
    await expect(write({ user: 'me' })).rejects.toMatchObject({ code: 'Unavailable' });
    expect(inner.writes).toBe(0);
    expect(calls.told).toEqual(['syncs.push intent', 'syncs.push failed']);
  });

  it.each<[string, OutboundFault<string>, string, number]>([
    ['a lost answer', new RemoteFault('TargetTimeout', ''), 'unknown', 503],
    ['a broken connection', new RemoteFault('TargetUnreachable', ''), 'unknown', 503],
    ['a proxy that may have come after it', new RemoteFault('StoreBusy', ''), 'unknown', 503],
    ['another state', new RemoteFault('StoreChanged', ''), 'failed', 409],
    ['a refusal', new RemoteFault('StoreDenied', ''), 'failed', 503],
    ['values that the store does not take', new RemoteFault('StoreRefused', ''), 'failed', 503],
    ['no TLS', new RemoteFault('TlsFailed', ''), 'failed', 503],
    ['a host that is not allowed', new RemoteFault('HostNotAllowed', ''), 'failed', 503],
    [
      'a refused mark after the values',
      new RemoteFault('StoreDenied', '').afterWrite(),
      'unknown',
      503,
    ],
    [
      'another mark after the values',
      new RemoteFault('StoreChanged', '').afterWrite(),
      'unknown',
      503,
    ],
  ])('says whether the store may have the values: %s', async (_what, fault, outcome, code) => {
    inner.before = () => {
      throw fault;
    };
    await expect(write({ user: 'me' })).rejects.toBe(fault);
    expect(calls.events.at(-1)).toMatchObject({ outcome, code });
  });
});

describe('a claim and a removal', () => {
  it('are in the trail, without a key', async () => {
    inner.put(valuesOf({ user: 'me' }), undefined);
    await store.claim('k8s/pay/db', { former: undefined, mark }, signal);
    expect(inner.state).toMatchObject({ mark });
    const { state } = inner;
    if (state.kind !== 'present') throw new Error('it is there');
    await expect(store.remove('k8s/pay/db', state, signal)).rejects.toThrow(Error);
    expect(calls.told).toEqual([
      ...['syncs.push intent', 'syncs.push allowed'],
      ...['syncs.push intent', 'syncs.push failed'],
    ]);
    expect(calls.events.map(({ keys }) => keys)).toEqual([[], [], [], []]);
  });
});

it('a read leaves no event: the values stay with the gateway', async () => {
  inner.put(valuesOf({ user: 'me' }), undefined);
  expect(await store.read('k8s/pay/db', signal)).toMatchObject({ kind: 'present' });
  expect(calls.events).toEqual([]);
});
