import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { SyncRegistry } from '../../../../src/sync/domain/secret-syncs.js';
import type { SyncOutcome } from '../../../../src/sync/domain/sync-outcome.js';
import type { ParsedSync } from '../../../../src/sync/domain/sync-spec.js';
import { StoreWaits } from '../../../../src/sync/engine/store-waits.js';
import { HintedLooks } from '../../../../src/sync/notify/hinted-looks.js';
import { aSync } from '../domain/sync.builder.js';

const done: SyncOutcome = {
  ...{ kind: 'done', keys: new Map(), isWritten: false, overwritten: [] },
  seen: { clusterVersion: '1', storeVersion: '1', storeChangedAt: undefined },
};
const failed: SyncOutcome = {
  kind: 'problem',
  problem: { concerns: 'StoreReachable', reason: 'TargetUnreachable', message: 'no answer' },
  isStoreKnown: false,
};
const held: SyncOutcome = {
  kind: 'problem',
  problem: { concerns: 'InSync', reason: 'FirstSync', message: 'choose' },
  isStoreKnown: true,
};

let known: SyncRegistry;
/** Names of syncs whose looks have begun. */
let looked: string[];
let faults: unknown[];
let look: (sync: ParsedSync) => Promise<SyncOutcome>;
let isLoaded: boolean;
let refusal: ReturnType<typeof unavailable> | undefined;
let looks: HintedLooks;

beforeEach(() => {
  vi.useFakeTimers();
  known = new SyncRegistry();
  looked = [];
  faults = [];
  look = async () => done;
  isLoaded = true;
  refusal = undefined;
  looks = new HintedLooks({
    gate: {
      get refusal() {
        return refusal;
      },
    },
    storeFeed: {
      get isLoaded() {
        return isLoaded;
      },
    },
    knownSyncs: known,
    runner: {
      run: (sync) => {
        looked.push(sync.object.name);
        return look(sync);
      },
    },
    onFault: (error) => void faults.push(error),
  });
  looks.start();
});
afterEach(async () => {
  await looks.stop();
  vi.useRealTimers();
});

function put(name: string, namespace = 'pay'): ParsedSync {
  const { object } = aSync({}, { name, uid: name });
  known.put({ ...object, namespace }, 'ns');
  const sync = known.get({ namespace, name });
  if (sync === undefined) throw new Error('the sync is not there');
  return sync;
}

/** Lets all that needs no time happen. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const later = (): Promise<unknown> => vi.advanceTimersByTimeAsync(600_000);

describe('hints of one sync', () => {
  it('cause one look if there is one hint, and two if there are many', async () => {
    const sync = put('db');
    looks.note(sync);
    await later();
    expect(looked).toEqual(['db']);
    for (let count = 0; count < 100; count += 1) looks.note(sync);
    await later();
    expect(looked).toEqual(['db', 'db', 'db']);
  });

  it('that come during its look cause one more look after it', async () => {
    const sync = put('db');
    const { promise, resolve } = Promise.withResolvers<SyncOutcome>();
    look = () => promise;
    looks.note(sync);
    await settle();
    for (let count = 0; count < 100; count += 1) looks.note(sync);
    await settle();
    expect(looked).toEqual(['db']);
    resolve(done);
    await settle();
    expect(looked).toEqual(['db', 'db']);
    await later();
    expect(looked).toHaveLength(2);
  });
});

describe('looks that hints cause', () => {
  it('are at most four concurrently', async () => {
    let running = 0;
    let most = 0;
    const ends: (() => void)[] = [];
    look = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => ends.push(resolve));
      running -= 1;
      return done;
    };
    for (let count = 0; count < 12; count += 1) looks.note(put(`db-${count}`, `ns-${count}`));
    await settle();
    expect([running, looks.hasRoomFor(10_000 - 12), looks.hasRoomFor(10_000 - 11)]).toEqual([
      ...[4, true, false],
    ]);
    while (ends.length > 0) {
      for (const end of ends.splice(0)) end();
      await settle();
    }
    expect([most, looked.length]).toEqual([4, 12]);
  });

  it('wait while the store gets no calls, and begin after the pause', async () => {
    const untilMs = performance.now() + 120_000;
    look = async () => {
      if (performance.now() < untilMs) throw new StoreWaits(untilMs - performance.now());
      return done;
    };
    looks.note(put('db'));
    await later();
    expect(looked.length).toBeGreaterThan(2);
    expect(looked.length).toBeLessThan(20);
    const before = looked.length;
    await later();
    expect([looked.length, faults]).toEqual([before, []]);
  });

  it('are repeated a few times if the store cannot be asked', async () => {
    look = async () => failed;
    looks.note(put('db'));
    await later();
    expect(looked).toHaveLength(6);
    looks.note(put('db'));
    await later();
    expect(looked).toHaveLength(12);
  });

  it('are repeated a few times if they throw, and say so', async () => {
    const fault = unavailable('the cluster does not answer');
    look = () => Promise.reject(fault);
    looks.note(put('db'));
    await later();
    expect([looked.length, faults]).toEqual([6, Array.from({ length: 6 }, () => fault)]);
  });

  it('are not repeated if somebody must act', async () => {
    look = async () => held;
    looks.note(put('db'));
    await later();
    expect(looked).toHaveLength(1);
  });

  it('do not begin before the stores are known, or while no call is carried out', async () => {
    isLoaded = false;
    looks.note(put('db'));
    await settle();
    refusal = unavailable('rights are missing');
    isLoaded = true;
    await later();
    expect(looked).toEqual([]);
    refusal = undefined;
    await later();
    expect(looked).toEqual(['db']);
  });

  it('do not begin for a sync that was deleted or replaced', async () => {
    const sync = put('db');
    known.remove(sync.object);
    looks.note(sync);
    await later();
    known.put({ ...sync.object, uid: 'another' }, 'ns');
    looks.note(sync);
    await later();
    expect(looked).toEqual([]);
  });
});
