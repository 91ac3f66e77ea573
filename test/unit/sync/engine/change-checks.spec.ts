import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import { StoreRegistry } from '../../../../src/sync/domain/external-stores.js';
import { RemoteFault } from '../../../../src/sync/domain/remote-fault.js';
import { ChangeChecks } from '../../../../src/sync/engine/change-checks.js';
import { StorePaces } from '../../../../src/sync/engine/store-paces.js';
import { ManualClock } from '../../auth/manual-clock.js';
import { aStore, aSync } from '../domain/sync.builder.js';
import { MemoryStore } from './sync-world.js';

const pollMs = 10_000;
const latestMs = pollMs * (1 + syncLimits.pollJitterShare) + syncLimits.dueCheckedMs;

/** Store that tells change tags. */
class TaggedStore extends MemoryStore {
  override changeTagsMax = 2;
  readonly tags = new Map<string, string>();
  readonly asked: (readonly string[])[] = [];
  beforeAnswer: () => void | Promise<void> = () => undefined;

  override async changeTags(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    this.asked.push(names);
    await this.beforeAnswer();
    return new Map([...this.tags].filter(([name]) => names.includes(name)));
  }
}

let clock: ManualClock;
let stores: StoreRegistry;
let store: TaggedStore;
let paces: StorePaces;
let opened: string[];
let changed: string[];
let rounds: string[];
let checks: ChangeChecks;

beforeEach(() => {
  vi.useFakeTimers();
  clock = new ManualClock();
  stores = new StoreRegistry();
  stores.put(aStore({ poll: '10s' }).object, '');
  store = new TaggedStore();
  paces = new StorePaces(clock);
  opened = [];
  changed = [];
  rounds = [];
  checks = new ChangeChecks({
    ...{ knownStores: stores, clock, paces },
    connections: {
      open: async (_store, _spec, { namespace, serviceAccountName }) => {
        opened.push(`${namespace}/${serviceAccountName}`);
        return store;
      },
    },
    metrics: { roundEnded: (outcome) => rounds.push(outcome) },
  });
  checks.start((sync) => changed.push(sync.object.name));
});
afterEach(async () => {
  await checks.stop();
  const timers = vi.getTimerCount();
  vi.useRealTimers();
  if (timers > 0) throw new Error('a timer is left');
});

function sync(name: string, spec = {}) {
  return aSync({ remote: { name }, ...spec }, { name, uid: `uid-of-${name}` });
}

/** Looks at a sync, as the work does. */
function look(name: string, spec = {}): boolean {
  return checks.looked(sync(name, spec), checks.tagOf(`uid-of-${name}`));
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function passes(ms: number): Promise<void> {
  clock.advance(ms);
  await vi.advanceTimersByTimeAsync(ms);
}

/** Returns the names of the syncs that have changed since the last call. */
function taken(): readonly string[] {
  const all = changed.toSorted();
  changed = [];
  return all;
}

/** Looks at syncs until their change tags are known. */
async function settled(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    store.tags.set(`k8s/pay/${name}`, 'first');
    look(name);
  }
  await passes(latestMs);
  for (const name of taken()) look(name);
  store.asked.length = 0;
}

describe('a sync is looked at again', () => {
  it('once after its first look: a change may have come before the first question', async () => {
    store.tags.set('k8s/pay/a', 'first');
    expect(look('a')).toBe(true);
    await passes(latestMs);
    expect(taken()).toEqual(['a']);
    look('a');
    await passes(10 * latestMs);
    expect(taken()).toEqual([]);
    expect(store.asked.length).toBeGreaterThan(1);
  });

  it('when its change tag is another one, until a look has begun after that', async () => {
    await settled('a', 'b');
    const before = checks.tagOf('uid-of-a');
    store.tags.set('k8s/pay/a', 'second');
    await passes(latestMs);
    expect(taken()).toEqual(['a']);
    // This look began before the question.
    checks.looked(sync('a'), before);
    await passes(latestMs);
    expect(taken()).toEqual(['a']);
    look('a');
    await passes(latestMs);
    expect(taken()).toEqual([]);
  });

  it('each time if the store tells no tag of its secret', async () => {
    await settled('a');
    store.tags.clear();
    for (let times = 0; times < 2; times += 1) {
      await passes(latestMs);
      expect(taken()).toEqual(['a']);
      look('a');
    }
  });

  it.each([
    ['does not answer', new RemoteFault('TargetTimeout', 'late'), 'failed'],
    ['refuses', new RemoteFault('StoreDenied', 'no'), undefined],
    ['fails otherwise', new Error('other'), undefined],
  ])('with all of its group if the store %s', async (_what, fault, round) => {
    await settled('a', 'b', 'c');
    rounds = [];
    store.beforeAnswer = () => {
      throw fault;
    };
    await passes(latestMs);
    expect(taken()).toEqual(['a', 'b', 'c']);
    expect(rounds).toEqual(round === undefined ? [] : [round]);
    expect(store.asked).toHaveLength(1);
  });
});

describe('questions', () => {
  it('have as many names as the store takes, of one ServiceAccount each', async () => {
    for (const name of ['a', 'b', 'c']) look(name);
    look('other', { serviceAccountName: 'other' });
    await passes(latestMs);
    expect(opened.toSorted()).toEqual(['pay/other', 'pay/sync']);
    const names = store.asked.map((asked) => asked.toSorted().join(' ')).toSorted();
    expect(names).toEqual(['k8s/pay/a k8s/pay/b', 'k8s/pay/c', 'k8s/pay/other']);
  });

  it('have all secrets of a sync with one for each key, also more than the store takes', async () => {
    const remote = { name: 'keyed', format: 'perKey' };
    const spec = { remote, keys: ['a', 'b', 'c'].map((key) => ({ name: key })) };
    const all = ['k8s/pay/keyed/a', 'k8s/pay/keyed/b', 'k8s/pay/keyed/c'];
    for (const one of all) store.tags.set(one, 'first');
    look('keyed', spec);
    await passes(latestMs);
    expect(store.asked).toEqual([all.slice(0, 2), all.slice(2)]);
    expect(taken()).toEqual(['keyed']);
    look('keyed', spec);
    await passes(latestMs);
    expect(taken()).toEqual([]);
    store.tags.set(all[2] ?? '', 'second');
    await passes(latestMs);
    expect(taken()).toEqual(['keyed']);
  });

  it('wait for the pace of the store, and go on with the names that were left out', async () => {
    await settled('a', 'b', 'c');
    const { uid } = aStore().object;
    store.beforeAnswer = () => {
      paces.failed(uid, 20_000);
      store.beforeAnswer = () => undefined;
    };
    await passes(latestMs);
    expect([store.asked.length, rounds.at(-1)]).toEqual([1, 'waited']);
    await passes(20_000 * (1 + syncLimits.pollJitterShare) + syncLimits.dueCheckedMs);
    expect(store.asked.slice(1, 2)).toEqual([['k8s/pay/c']]);
  });

  it('let others have their turn if the store answers late', async () => {
    const quick = { serviceAccountName: 'quick' };
    const names = Array.from({ length: 20 }, (_, at) => `slow-${at}`);
    for (const account of ['1', '2', '3', '4']) {
      for (const name of names) look(`${account}-${name}`, { serviceAccountName: account });
    }
    store.beforeAnswer = async () => {
      if (store.asked.at(-1)?.some((name) => name.includes('slow'))) await wait(9_000);
    };
    await passes(latestMs);
    look('quick', quick);
    const asked = () => store.asked.filter(([name]) => name === 'k8s/pay/quick').length;
    for (let seconds = 0; seconds < 120; seconds += 1) await passes(1_000);
    expect(asked()).toBeGreaterThan(2);
    for (let seconds = 0; seconds < 120; seconds += 1) await passes(1_000);
    const left = names.filter((name) => !store.asked.flat().includes(`k8s/pay/1-${name}`));
    expect(left).toEqual([]);
    // The open questions end.
    const stopped = checks.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    await stopped;
  });

  it('cause a look while the store gets no calls, which says so in the status', async () => {
    await settled('a');
    for (let count = 0; count < syncLimits.storeFailuresMax; count += 1) {
      paces.failed(stores.named('bao')?.object.uid ?? '', 60_000);
    }
    await passes(latestMs);
    expect([taken(), store.asked]).toEqual([['a'], []]);
  });

  it('come in the order of their names, those of one folder together', async () => {
    await settled('c', 'a', 'd', 'b');
    await passes(latestMs);
    expect(store.asked.slice(0, 2)).toEqual([
      ['k8s/pay/a', 'k8s/pay/b'],
      ['k8s/pay/c', 'k8s/pay/d'],
    ]);
  });

  it('end for a sync that is left to its own looks, and for all after the stop', async () => {
    await settled('a', 'b');
    checks.forget('uid-of-a');
    await passes(latestMs);
    expect(store.asked).toEqual([['k8s/pay/b']]);
    checks.forget('uid-of-b');
    await passes(10 * latestMs);
    expect(store.asked).toHaveLength(1);
    look('a');
    await checks.stop();
    await passes(10 * latestMs);
    expect(store.asked).toHaveLength(1);
  });

  it('are those of another store after its spec has changed', async () => {
    await settled('a');
    stores.put(aStore({ poll: '10s' }, { generation: 2 }).object, '');
    expect(look('a')).toBe(true);
    await passes(latestMs);
    expect(store.asked).toHaveLength(1);
    stores.put(aStore({ allow: [] }, { generation: 3 }).object, '');
    expect(look('a')).toBe(false);
    await passes(10 * latestMs);
    expect(store.asked).toHaveLength(1);
  });

  it('are not asked of a provider without change tags', () => {
    const kubernetes = { url: 'https://other.example', namespace: 'x', audience: 'other' };
    stores.put(aStore({ openbao: undefined, kubernetes }, { generation: 2 }).object, '');
    expect(look('a')).toBe(false);
  });
});

describe('a check that was broken off', () => {
  it('does not end the questions for the others of its group', async () => {
    await settled('a', 'b', 'c');
    // The next check asks for a and b, and c must wait.
    const take = paces.take.bind(paces);
    let takes = 0;
    paces.take = (...args) => ((takes += 1) === 2 ? 30_000 : take(...args));
    await passes(latestMs);
    expect(takes).toBe(2);
    // c has a conflict, or is deleted.
    checks.forget('uid-of-c');
    store.tags.set('k8s/pay/a', 'second');
    for (let count = 0; count < 100; count += 1) await passes(latestMs);
    expect(new Set(taken())).toEqual(new Set(['a']));
  });
});
