import { beforeEach, describe, expect, it } from 'vitest';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import {
  ObjectStatuses,
  type StatedObject,
} from '../../../../src/custom-resources/domain/object-statuses.js';
import type { SyncOutcome } from '../../../../src/sync/domain/sync-outcome.js';
import { StoreWaits } from '../../../../src/sync/engine/store-waits.js';
import { StateReports } from '../../../../src/sync/engine/state-reports.js';
import { SyncRunner } from '../../../../src/sync/engine/sync-runner.js';
import { ManualClock } from '../../auth/manual-clock.js';
import { aSync } from '../domain/sync.builder.js';
import { accounts, PassWorld } from './pass-world.js';
import { valuesOf } from './sync-world.js';

let world: PassWorld;
let statuses: StatedObject['status'][];
let writeStatus: () => void;
let runner: SyncRunner;

beforeEach(() => {
  world = new PassWorld();
  statuses = [];
  writeStatus = () => undefined;
  const events = { record: async () => undefined };
  const none = (): void => undefined;
  runner = new SyncRunner({
    onFault: () => undefined,
    pass: world.pass,
    reports: new StateReports({ calls: world.calls, accounts }),
    statuses: new ObjectStatuses({ accounts, events, requireLease: none, onFault: none }),
    objects: {
      writeStatus: async (_call, _object, status) => {
        writeStatus();
        statuses.push(status);
      },
    },
    clock: new ManualClock(),
  });
  world.cluster.put('db', { password: 'own' });
});

const run = (isDryRun = false): Promise<SyncOutcome> => runner.run(world.sync, { isDryRun });

describe('a look that a caller requests', () => {
  it('works on each replica, and writes the status', async () => {
    world.isLeader = false;
    expect(await run()).toMatchObject({ kind: 'done', isWritten: true });
    expect(world.store.texts).toEqual({ password: 'own' });
    expect(statuses).toMatchObject([{ state: 'InSync' }]);
  });

  it('writes neither a side nor the memory nor the status if it is a dry run', async () => {
    expect(await run(true)).toMatchObject({ kind: 'done', keys: new Map([['password', 'push']]) });
    expect([world.store.writes, world.rows.saved, statuses]).toEqual([0, [], []]);
  });

  it('has its result even if the status cannot be written', async () => {
    writeStatus = () => {
      throw unavailable('the cluster does not answer');
    };
    expect(await run()).toMatchObject({ kind: 'done' });
  });

  it('writes the status that another replica may have written over', async () => {
    await run();
    world.sync = { ...world.sync, object: { ...world.sync.object, status: { state: 'Failed' } } };
    await run();
    expect(statuses).toHaveLength(2);
  });

  it('lets a side win for this look alone', async () => {
    world.store.put(valuesOf({ password: 'theirs' }), undefined);
    const resolution = { prefer: 'cluster', keys: new Set(['password']) } as const;
    await runner.run(world.sync, { isDryRun: false, resolution });
    expect(world.store.texts).toEqual({ password: 'own' });
    expect(statuses).toMatchObject([{ state: 'InSync' }]);
    world.cluster.put('db', { password: 'newer' });
    world.store.put(
      valuesOf({ password: 'other' }),
      world.store.state.kind === 'present' ? world.store.state.mark : undefined,
    );
    expect(await run()).toMatchObject({ keys: new Map([['password', 'conflict']]) });
  });

  it('fails while the store gets no calls, and changes no status', async () => {
    world.paces.failed(world.knownStores.named('bao')?.object.uid ?? '', 60_000);
    await expect(run()).rejects.toBeInstanceOf(StoreWaits);
    expect(statuses).toEqual([]);
  });

  it('of a sync that may not work says why', async () => {
    world.sync = aSync({ storeName: 'absent' });
    expect(await run()).toMatchObject({ problem: { reason: 'StoreMissing' } });
    expect(statuses).toMatchObject([{ state: 'Failed' }]);
  });
});
