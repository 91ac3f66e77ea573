import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import type { CustomResource } from '../../../../src/custom-resources/domain/custom-resource.js';
import type { SecretRef } from '../../../../src/secrets/domain/secret.js';
import { StoreRegistry } from '../../../../src/sync/domain/external-stores.js';
import { SyncRegistry } from '../../../../src/sync/domain/secret-syncs.js';
import { SyncTriggers } from '../../../../src/sync/engine/sync-triggers.js';
import { ManualClock } from '../../auth/manual-clock.js';
import { countedSteps } from '../../../support/counted-steps.js';
import { NAMESPACE_UID } from '../../shares/domain/sharing.builder.js';
import { aStore, aSync } from '../domain/sync.builder.js';

let clock: ManualClock;
let stores: StoreRegistry;
let syncs: SyncRegistry;
let noted: string[];
let queued: number;
let secretChanged: (ref: SecretRef) => void;
let triggers: SyncTriggers;

beforeEach(() => {
  vi.useFakeTimers();
  clock = new ManualClock();
  stores = new StoreRegistry();
  syncs = new SyncRegistry();
  noted = [];
  queued = 0;
  triggers = new SyncTriggers({
    ...{ knownStores: stores, knownSyncs: syncs, clock },
    cache: { onChange: (listener) => (secretChanged = listener) },
    queue: {
      note: ({ uid }) => noted.push(uid),
      get size() {
        return queued;
      },
    },
  });
  triggers.start();
});
afterEach(() => {
  triggers.stop();
  const timers = vi.getTimerCount();
  vi.useRealTimers();
  if (timers > 0) throw new Error('a timer is left');
});

function put(spec = {}, rest: Partial<CustomResource> = {}) {
  const sync = aSync(spec, rest);
  syncs.put(sync.object, NAMESPACE_UID);
  return sync;
}

/** Returns the uids that were noted since the last call. */
function taken(): readonly string[] {
  const all = noted.toSorted();
  noted = [];
  return all;
}

async function passes(ms: number): Promise<void> {
  clock.advance(ms);
  await vi.advanceTimersByTimeAsync(ms);
}

describe('a sync is noted', () => {
  it('when it appears, when its spec changes and when it is removed', () => {
    const { object } = put();
    expect(taken()).toEqual([object.uid]);
    put({ direction: 'push' }, { generation: 2 });
    expect(taken()).toEqual([object.uid]);
    syncs.remove(object);
    expect(taken()).toEqual([object.uid]);
    put();
    expect(taken()).toEqual([object.uid]);
  });

  it('not by its status, which the gateway itself writes', () => {
    put();
    taken();
    put({}, { resourceVersion: '2', status: { state: 'InSync' } });
    expect(taken()).toEqual([]);
  });

  it('when another one has its name, of whose predecessor no deletion was seen', () => {
    put({}, { uid: 'first' });
    taken();
    put({}, { uid: 'second' });
    expect(taken()).toEqual(['first', 'second']);
  });

  it('when its store appears, changes or is removed, and no other store', () => {
    put({}, { uid: 'a' });
    put({ storeName: 'other' }, { name: 'b', uid: 'b' });
    taken();
    const { object } = aStore();
    stores.put(object, '');
    expect(taken()).toEqual(['a']);
    stores.put(aStore({ allow: [] }, { generation: 2 }).object, '');
    expect(taken()).toEqual(['a']);
    stores.remove({ ...object, generation: 2 });
    expect(taken()).toEqual(['a']);
  });

  it('when its Secret changes, and no other Secret', () => {
    put({}, { uid: 'a' });
    put({ secretName: 'other' }, { name: 'b', uid: 'b' });
    taken();
    secretChanged({ namespace: 'pay', name: 'db' });
    expect(taken()).toEqual(['a']);
    secretChanged({ namespace: 'shop', name: 'db' });
    secretChanged({ namespace: 'pay', name: 'third' });
    expect(taken()).toEqual([]);
    put({ secretName: 'third' }, { uid: 'a', generation: 2 });
    taken();
    secretChanged({ namespace: 'pay', name: 'db' });
    expect(taken()).toEqual([]);
    secretChanged({ namespace: 'pay', name: 'third' });
    expect(taken()).toEqual(['a']);
  });

  it('when Secrets of its namespace, or of all, may have changed unseen', () => {
    put({}, { uid: 'a' });
    put({}, { uid: 'b', namespace: 'shop' });
    taken();
    secretChanged({ namespace: 'pay', name: '' });
    expect(taken()).toEqual(['a']);
    secretChanged({ namespace: '', name: '' });
    expect(taken()).toEqual(['a', 'b']);
  });

  it('with all others when a replica begins to work', () => {
    put({}, { uid: 'a' });
    put({ direction: 'none' }, { name: 'broken', uid: 'b' });
    taken();
    triggers.noteAll();
    expect(taken()).toEqual(['a', 'b']);
  });
});

describe('by the time, a sync', () => {
  const latestMs = 10_000 * (1 + syncLimits.pollJitterShare) + syncLimits.dueCheckedMs;

  it('is noted once for each time that was set', async () => {
    const sync = put({}, { uid: 'a' });
    taken();
    triggers.askAgain(sync, 10_000);
    await passes(10_000 * (1 - syncLimits.pollJitterShare) - syncLimits.dueCheckedMs);
    expect(taken()).toEqual([]);
    await passes(latestMs);
    expect(taken()).toEqual(['a']);
    await passes(10 * latestMs);
    expect(taken()).toEqual([]);
    triggers.askAgain(sync, 10_000);
    await passes(latestMs);
    expect(taken()).toEqual(['a']);
  });

  it('is not noted any more after it was removed, or replaced by another one', async () => {
    const sync = put({}, { uid: 'a' });
    triggers.askAgain(sync, 10_000);
    syncs.remove(sync.object);
    const other = put({}, { uid: 'b' });
    triggers.askAgain(other, 10_000);
    put({}, { uid: 'c' });
    taken();
    await passes(latestMs);
    expect(taken()).toEqual([]);
    // A look that was under way sets the time after the removal.
    triggers.askAgain(sync, 10_000);
    await passes(latestMs);
    expect(taken()).toEqual([]);
  });

  it('waits while many others do, so that a change is not behind all of them', async () => {
    const syncsDue = ['a', 'b', 'c'].map((uid) => put({}, { name: uid, uid }));
    taken();
    for (const sync of syncsDue) triggers.askAgain(sync, 10_000);
    queued = syncLimits.queuedPollsMax;
    await passes(latestMs);
    expect(taken()).toEqual([]);
    queued = syncLimits.queuedPollsMax - 2;
    await passes(syncLimits.dueCheckedMs);
    expect(taken()).toEqual(['a', 'b']);
    await passes(syncLimits.dueCheckedMs);
    expect(taken()).toEqual(['c']);
  });

  it('that waits for its store goes on as what it was noted for', async () => {
    const [polled, changed] = ['a', 'b'].map((uid) => put({}, { name: uid, uid }));
    if (polled === undefined || changed === undefined) throw new Error('there are two');
    taken();
    triggers.goOn(polled, 10_000, true);
    triggers.goOn(changed, 10_000, false);
    await passes(latestMs);
    expect(taken()).toEqual(['a', 'b']);
    expect(['a', 'b'].map((uid) => triggers.takePolled(uid))).toEqual([true, false]);
  });

  it('is not noted after the stop', async () => {
    triggers.askAgain(put(), 10_000);
    taken();
    triggers.stop();
    await passes(latestMs);
    expect(taken()).toEqual([]);
  });
});

it('a change of a Secret takes no more steps with 10,000 syncs in a namespace', async () => {
  for (let index = 0; index < 10_000; index += 1) {
    const name = `n${index}`;
    put({ secretName: name }, { name, uid: name });
  }
  taken();
  const steps = await countedSteps(async () => {
    for (let index = 0; index < 1_000; index += 1) {
      secretChanged({ namespace: 'pay', name: `n${index}` });
      secretChanged({ namespace: 'pay', name: 'other' });
    }
  });
  expect(taken()).toHaveLength(1_000);
  expect(steps / 1_000).toBeLessThan(60);
});
