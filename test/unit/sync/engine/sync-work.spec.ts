import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backgroundLimits } from '../../../../src/core/background-limits.js';
import { SallyportError, unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import type {
  CustomResource,
  CustomResourceStatus,
} from '../../../../src/custom-resources/domain/custom-resource.js';
import { ObjectStatuses } from '../../../../src/custom-resources/domain/object-statuses.js';
import { BackgroundLease } from '../../../../src/platform/storage/background-lease.js';
import type { SecretRef } from '../../../../src/secrets/domain/secret.js';
import { StoreRegistry } from '../../../../src/sync/domain/external-stores.js';
import { SyncRegistry } from '../../../../src/sync/domain/secret-syncs.js';
import type { SyncOutcome } from '../../../../src/sync/domain/sync-outcome.js';
import { ChangeChecks } from '../../../../src/sync/engine/change-checks.js';
import { StorePaces } from '../../../../src/sync/engine/store-paces.js';
import { StateReports } from '../../../../src/sync/engine/state-reports.js';
import { StoreWaits } from '../../../../src/sync/engine/store-waits.js';
import { SyncWork } from '../../../../src/sync/engine/sync-work.js';
import { ManualClock } from '../../auth/manual-clock.js';
import { NAMESPACE_UID } from '../../shares/domain/sharing.builder.js';
import { Rows } from '../../shares/object-rows.builder.js';
import { aStore, aSync } from '../domain/sync.builder.js';
import { RecordedCalls } from './recorded-calls.js';
import { accounts } from './pass-world.js';
import { MemoryStore } from './sync-world.js';

const seen = { clusterVersion: '1', storeVersion: '1', storeChangedAt: undefined };
/** Condition about the reach of the store. */
const reachable = (status: string, reason: string) =>
  expect.objectContaining({ type: 'StoreReachable', status, reason });

const inSync: SyncOutcome = {
  ...{ kind: 'done', keys: new Map(), seen, isWritten: false, overwritten: [] },
};
const failed = (concerns: 'StoreReachable' | 'Authorized' | 'InSync', reason: string) =>
  ({
    ...{ kind: 'problem', isStoreKnown: false },
    problem: { concerns, reason, message: '' },
  }) satisfies SyncOutcome;
const { leaseRenewedMs, leaseFencedMs, lookRetryMsMax } = backgroundLimits;
const { object } = aSync();

/** Store that tells one change tag for all names. */
class TaggedStore extends MemoryStore {
  override readonly changeTagsMax = 100;
  tag = 'first';

  override async changeTags(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map(names.map((name) => [name, this.tag]));
  }
}

let clock: ManualClock;
let rows: Rows;
let stores: StoreRegistry;
let syncs: SyncRegistry;
let isMine: boolean;
let areStoresLoaded: boolean;
let refusal: SallyportError | undefined;
/** What the cluster has, as far as a test says so. */
let found: () => CustomResource;
let look: (uid: string) => Promise<SyncOutcome> | SyncOutcome;
let looked: string[];
let statuses: CustomResourceStatus[];
let lags: number;
let requireWork: (() => void) | undefined;
let remote: TaggedStore;
let secretChanged: (ref: SecretRef) => void;
let calls: RecordedCalls;
let work: SyncWork;

beforeEach(() => {
  vi.useFakeTimers();
  clock = new ManualClock();
  rows = new Rows();
  stores = new StoreRegistry();
  stores.put(aStore().object, '');
  syncs = new SyncRegistry();
  isMine = true;
  areStoresLoaded = true;
  refusal = undefined;
  found = () => {
    throw new SallyportError('NotFound', 'there is none');
  };
  look = () => inSync;
  looked = [];
  statuses = [];
  calls = new RecordedCalls();
  lags = 0;
  requireWork = undefined;
  remote = new TaggedStore();
  const onFault = (): void => undefined;
  const lease: BackgroundLease = new BackgroundLease({
    ...{ name: 'secret-syncs', holder: 'one', clock, onFault },
    leases: { claim: async () => isMine, release: async () => undefined },
    onGained: () => work.gained(),
    onLost: () => work.lost(),
  });
  const events = { record: async () => undefined };
  const requireLease = (): void => lease.require();
  work = new SyncWork({
    ...{ clock, knownStores: stores, knownSyncs: syncs, accounts, records: rows, lease, onFault },
    gate: {
      get refusal() {
        return refusal;
      },
    },
    storeFeed: {
      get isLoaded() {
        return areStoresLoaded;
      },
    },
    syncs: {
      get: async () => found(),
      writeStatus: async (_call, _object, status) => void statuses.push(status),
    },
    cache: { onChange: (listener) => (secretChanged = listener) },
    statuses: new ObjectStatuses({ accounts, events, requireLease, onFault }),
    reports: new StateReports({ calls, accounts }),
    pass: {
      run: async (sync, options) => {
        looked.push(sync.object.uid);
        ({ requireWork } = options);
        return look(sync.object.uid);
      },
    },
    changes: new ChangeChecks({
      ...{ knownStores: stores, clock, paces: new StorePaces(clock) },
      connections: { open: async () => remote },
      metrics: { roundEnded: () => undefined },
    }),
    metrics: { looked: () => undefined, wrote: () => void (lags += 1) },
  });
});
afterEach(async () => {
  await work.stop();
  const timers = vi.getTimerCount();
  vi.useRealTimers();
  if (timers > 0) throw new Error('a timer is left');
});

function put(spec = {}, rest: Partial<CustomResource> = {}): CustomResource {
  const sync = aSync(spec, rest);
  syncs.put(sync.object, NAMESPACE_UID);
  return sync.object;
}

async function passes(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= leaseRenewedMs) {
    const step = Math.min(left, leaseRenewedMs);
    clock.advance(step);
    await vi.advanceTimersByTimeAsync(step);
  }
}

async function started(): Promise<void> {
  work.start();
  await vi.advanceTimersByTimeAsync(0);
}

/** Returns the uids of the looks since the last call. */
function taken(): readonly string[] {
  const all = looked;
  looked = [];
  return all;
}

describe('the work on syncs', () => {
  it('looks at all when it begins, and then at what changes', async () => {
    put();
    await started();
    expect(taken()).toEqual([object.uid]);
    expect(statuses).toMatchObject([{ state: 'InSync', observedGeneration: 1 }]);
    secretChanged({ namespace: 'pay', name: 'db' });
    await passes(1);
    expect(taken()).toEqual([object.uid]);
    put({}, { resourceVersion: '2', status: statuses[0] ?? {} });
    await passes(1);
    expect(taken()).toEqual([]);
    expect(statuses).toHaveLength(1);
  });

  it('repeats the look by the time of the store', async () => {
    stores.put(aStore({ poll: '10m' }, { generation: 2 }).object, '');
    put();
    await started();
    taken();
    await passes(7 * 60_000);
    expect(taken()).toEqual([]);
    await passes(6 * 60_000);
    expect(taken()).toEqual([object.uid]);
  });

  it('repeats the look when the store tells a change, and before its trust is over', async () => {
    put();
    await started();
    await passes(3 * 60_000);
    taken();
    await passes(10 * 60_000);
    expect(taken()).toEqual([]);
    remote.tag = 'second';
    await passes(2 * 60_000);
    expect(taken()).toEqual([object.uid]);
    await passes(2 * syncLimits.lookTrustedMs);
    expect(taken().length).toBeGreaterThan(0);
  });

  it('is not done without the lease, and ends with it', async () => {
    isMine = false;
    put();
    await started();
    await passes(60_000);
    expect(taken()).toEqual([]);
    isMine = true;
    await passes(leaseRenewedMs);
    expect(taken()).toEqual([object.uid]);
    expect(() => requireWork?.()).not.toThrow();
    isMine = false;
    await passes(leaseFencedMs + leaseRenewedMs);
    expect(() => requireWork?.()).toThrow('another replica');
    secretChanged({ namespace: 'pay', name: 'db' });
    await passes(10 * 60_000);
    expect(taken()).toEqual([]);
  });

  it('writes no status after the lease was lost during the look', async () => {
    put();
    look = async () => {
      isMine = false;
      clock.advance(leaseFencedMs);
      return inSync;
    };
    await started();
    expect([taken(), statuses]).toEqual([[object.uid], []]);
  });

  it('measures the lag of a look that has written', async () => {
    look = () => ({ ...inSync, isWritten: true }) as SyncOutcome;
    put();
    await started();
    look = () => inSync;
    secretChanged({ namespace: 'pay', name: 'db' });
    await passes(1);
    expect([looked.length, lags]).toEqual([2, 1]);
  });

  it('is not done while the gateway has too many rights, or knows no stores', async () => {
    refusal = unavailable('too many rights');
    areStoresLoaded = false;
    put();
    await started();
    await passes(lookRetryMsMax);
    refusal = undefined;
    await passes(lookRetryMsMax);
    expect(taken()).toEqual([]);
    areStoresLoaded = true;
    await passes(lookRetryMsMax);
    expect(taken()).toEqual([object.uid]);
  });

  it('repeats a look that has failed', async () => {
    look = () => Promise.reject(unavailable('the database cannot be used'));
    put();
    await started();
    await passes(lookRetryMsMax);
    expect(taken().length).toBeGreaterThan(2);
    expect(statuses).toEqual([]);
    look = () => inSync;
    await passes(lookRetryMsMax);
    expect(taken().length).toBeGreaterThan(0);
    expect(statuses).toHaveLength(1);
  });

  it('looks again when the store has calls again, and writes no status for that', async () => {
    look = () => Promise.reject(new StoreWaits(20_000));
    put();
    await started();
    look = () => inSync;
    taken();
    await passes(15_000);
    expect([taken(), statuses]).toEqual([[], []]);
    await passes(10_000);
    expect(taken()).toEqual([object.uid]);
  });

  it('says in the trail that a sync has a problem, another one, and none any more', async () => {
    put();
    await started();
    look = () => failed('InSync', 'StoreGone');
    put({ onDelete: 'delete' }, { generation: 2 });
    await passes(1_000);
    put({ onDelete: 'delete' }, { generation: 3 });
    await passes(1_000);
    look = () => inSync;
    put({ onDelete: 'delete' }, { generation: 4 });
    await passes(1_000);
    expect(calls.events).toMatchObject([
      {
        action: 'syncs.report',
        secret: object.name,
        decisionReason: expect.stringMatching(/^StoreGone/),
      },
      { action: 'syncs.report', secret: object.name, decisionReason: 'InSync' },
    ]);
  });

  it('says once in the status that a store has failed, and is not asked', async () => {
    look = () => inSync;
    put();
    await started();
    statuses.length = 0;
    look = () => Promise.reject(new StoreWaits(5_000, true));
    put({ onDelete: 'delete' }, { generation: 2 });
    await passes(60_000);
    expect(taken().length).toBeGreaterThan(2);
    expect(statuses).toMatchObject([
      { state: 'Failed', conditions: expect.arrayContaining([reachable('False', 'StorePaused')]) },
    ]);
    look = () => failed('StoreReachable', 'TargetTimeout');
    await passes(60_000);
    look = () => Promise.reject(new StoreWaits(5_000, true));
    await passes(60_000);
    expect(statuses.at(-1)).toMatchObject({
      conditions: expect.arrayContaining([reachable('False', 'TargetTimeout')]),
    });
  });

  it.each([
    failed('StoreReachable', 'TargetTimeout'),
    failed('Authorized', 'TokenForbidden'),
    failed('InSync', 'Disturbed'),
    failed('InSync', 'StoreOutdated'),
    { ...inSync, keys: new Map([['a', 'unconfirmed']]) } as SyncOutcome,
  ])('waits no day to repeat what may be over soon: %o', async (outcome) => {
    stores.put(aStore({ poll: '1d' }, { generation: 2 }).object, '');
    look = () => outcome;
    put();
    await started();
    taken();
    await passes(2 * syncLimits.failedAgainMs);
    expect(taken().length).toBeGreaterThan(0);
    look = () => inSync;
    await passes(2 * syncLimits.failedAgainMs);
    taken();
    await passes(60 * 60_000);
    expect(taken()).toEqual([]);
  });
});

describe('the record of a sync', () => {
  const saved = { uid: object.uid, resource: 'secretsyncs' };

  beforeEach(async () => {
    rows.put(saved, { place: 'x', base: [] });
    put();
    await started();
    taken();
  });

  it('is removed once the cluster confirms that the sync is deleted', async () => {
    syncs.remove(object);
    await passes(1);
    expect(rows.facts.has(object.uid)).toBe(false);
    expect(taken()).toEqual([]);
  });

  it.each<[string, () => CustomResource]>([
    ['has the sync', () => object],
    [
      'does not answer',
      () => {
        throw unavailable('away');
      },
    ],
    [
      'does not let the gateway read it',
      () => {
        throw new SallyportError('Forbidden', 'no right');
      },
    ],
  ])('stays while the cluster %s', async (_what, answer) => {
    found = answer;
    syncs.remove(object);
    await passes(10 * lookRetryMsMax);
    expect(rows.facts.has(object.uid)).toBe(true);
  });

  it('is removed if another sync has the name now', async () => {
    found = () => ({ ...object, uid: 'other' });
    syncs.remove(object);
    await passes(1);
    expect(rows.facts.has(object.uid)).toBe(false);
  });
});
