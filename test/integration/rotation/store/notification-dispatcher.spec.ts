import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../../../src/core/clock.js';
import { rotationLimits } from '../../../../src/core/rotation-limits.js';
import type { RotationRun } from '../../../../src/rotation/domain/rotation-run.js';
import {
  NotificationDispatcher,
  type NotificationDispatcherDependencies,
} from '../../../../src/rotation/notification-dispatcher.js';
import { type OutboxCounts, OutboxRows } from '../../../../src/rotation/store/outbox-rows.js';
import { dialects } from '../../../postgres/test-storage.js';
import { fullRun } from '../../../unit/rotation/store/run.builder.js';
import { claimNew, notes, record, rotationFixture } from './rotation-fixture.js';

type Deliver = NotificationDispatcherDependencies['deliver'];
type NotificationRow = Parameters<Deliver>[0];

const SOON = { timeout: 20_000 };

class ClockAhead extends SystemClock {
  readonly #aheadMs: number;

  constructor(aheadMs: number) {
    super();
    this.#aheadMs = aheadMs;
  }

  override nowMs(): number {
    return super.nowMs() + this.#aheadMs;
  }
}

describe.each(dialects)('notifications of runs in %s', (dialect) => {
  const at = rotationFixture(dialect);
  const feeders: NotificationDispatcher[] = [];
  const alarms: string[] = [];
  const outcomes: string[] = [];
  const counts: OutboxCounts[] = [];

  afterEach(async () => {
    for (const feeder of feeders.splice(0)) await feeder.stop();
    for (const list of [alarms, outcomes, counts]) list.length = 0;
  });

  function feed(deliver: Deliver, aheadMs = 0): NotificationDispatcher {
    const feeder = new NotificationDispatcher({
      rows: new OutboxRows(at.audit.database, at.integrity),
      deliver,
      clock: new ClockAhead(aheadMs),
      onAlarm: (message) => void alarms.push(message),
      onDelivery: (outcome) => void outcomes.push(outcome),
      onCount: (count) => void counts.push(count),
    });
    feeders.push(feeder);
    feeder.start();
    return feeder;
  }

  /** Changes of one Secret's run, each with a notification that has its number. */
  async function notify(name: string, count: number, from = 0): Promise<RotationRun> {
    const run = await claimNew(at.store, { id: `run-${name}-${from}`, name });
    for (let attempts = from; attempts < from + count; attempts += 1) {
      const told = { ...fullRun, ...run, attempts };
      const notification = { type: 'rotation.waiting', run: told } as const;
      const isThere = await at.store.advance(run, { attempts }, record({ notification }));
      expect(isThere).toBe(true);
    }
    await at.store.advance(run, { state: 'cancelled' }, undefined);
    return run;
  }

  const left = async () =>
    at.place.run('SELECT attempts, dead_ms FROM rotation_outbox ORDER BY seq');
  const dueNow = () => at.place.run('UPDATE rotation_outbox SET next_try_ms = 0');
  const nameOf = ({ notification: { run } }: NotificationRow) => `${run.name} ${run.attempts}`;

  it('are written with their change or not at all, and say all of the run', async () => {
    const run = await notify('a', 1);
    const notification = { type: 'rotation.failed', run } as const;
    const stale = { ...run, epoch: 0 };
    expect(await at.store.advance(stale, {}, record({ note: 'stale', notification }))).toBe(false);
    expect(await notes(at)).not.toHaveProperty('stale');
    const rows: NotificationRow[] = [];
    feed((row) => Promise.resolve(void rows.push(row)).then(() => 'delivered'));
    await expect.poll(left, SOON).toEqual([]);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.notification).toEqual({
      type: 'rotation.waiting',
      run: { ...fullRun, ...run, attempts: 0 },
    });
    expect(rows[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(Math.abs((rows[0]?.timeMs ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(outcomes).toEqual(['delivered']);
  });

  it('arrive in the order of their Secret, though the first one fails at first', async () => {
    await notify('a', 3);
    await notify('b', 2);
    const heard: string[] = [];
    let refusals = 2;
    const ids = new Set<string>();
    feed((row) => {
      heard.push(nameOf(row));
      if (nameOf(row) !== 'a 0') return Promise.resolve('delivered');
      ids.add(row.id);
      refusals -= 1;
      return refusals < 0 ? Promise.resolve('delivered') : Promise.reject(new Error('no answer'));
    });
    await expect.poll(() => heard, SOON).toContain('b 1');
    expect(heard.filter((name) => name.startsWith('a') && name !== 'a 0')).toEqual([]);
    await expect.poll(async () => (await dueNow(), left()), SOON).toEqual([]);
    const ofA = heard.filter((name) => name.startsWith('a'));
    expect(ofA).toEqual(['a 0', 'a 0', 'a 0', 'a 1', 'a 2']);
    expect(ids.size).toBe(1);
    expect(outcomes.filter((outcome) => outcome === 'retry')).toHaveLength(2);
  });

  it('arrive once each, where two processes deliver them', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `secret-${index}`);
    for (const name of names) await notify(name, 4);
    const heard: string[] = [];
    const deliver: Deliver = async (row) => {
      heard.push(nameOf(row));
      await turn();
      return 'delivered';
    };
    feed(deliver);
    feed(deliver);
    await expect.poll(left, SOON).toEqual([]);
    expect(heard.toSorted()).toEqual(
      names.flatMap((name) => [0, 1, 2, 3].map((version) => `${name} ${version}`)),
    );
    for (const name of names) {
      const versions = heard.filter((one) => one.startsWith(`${name} `));
      expect(versions).toEqual(versions.toSorted());
    }
  });

  it('arrive again where nobody knows whether they did', async () => {
    await notify('a', 1);
    const rows = new OutboxRows(at.audit.database, at.integrity);
    const [taken] = await rows.take(9);
    expect(await rows.take(9)).toEqual([]);
    // Whoever took it has died. Another one takes it once its time is over.
    await dueNow();
    const [again] = await rows.take(9);
    expect(again?.row).toEqual(taken?.row);
    expect(again?.attempts).toBe(2);
    if (taken === undefined || again === undefined) throw new Error('there is none');
    await rows.remove(taken);
    await rows.bury(taken);
    expect(await left()).toHaveLength(1);
    await rows.remove(again);
    expect(await left()).toEqual([]);
  });

  it('that a receiver never will take are given up, and hold up nothing', async () => {
    await notify('a', 2);
    const heard: string[] = [];
    feed((row) => {
      heard.push(nameOf(row));
      return Promise.resolve(nameOf(row) === 'a 0' ? 'rejected' : 'delivered');
    });
    await expect.poll(() => heard, SOON).toEqual(['a 0', 'a 1']);
    await expect.poll(left, SOON).toMatchObject([{ dead_ms: expect.anything() as unknown }]);
    expect(outcomes).toEqual(['dead', 'delivered']);
  });

  it.each([
    ['after many tries', rotationLimits.outboxAttemptsMax - 1, 0],
    ['after a day', 0, rotationLimits.outboxAgeMsMax],
  ])('are given up %s, and kept for a while', async (_, attempts, aheadMs) => {
    await notify('a', 1);
    await at.place.run(`UPDATE rotation_outbox SET attempts = ${attempts}`);
    feed(() => Promise.resolve('retry'), aheadMs);
    await expect.poll(() => outcomes, SOON).toEqual(['dead']);
    const rows = new OutboxRows(at.audit.database, at.integrity);
    expect(await rows.count()).toEqual({ waiting: 0, dead: 1 });
    await rows.purge();
    expect(await rows.count()).toEqual({ waiting: 0, dead: 1 });
    await at.place.run('UPDATE rotation_outbox SET dead_ms = 1');
    await rows.purge();
    expect(await rows.count()).toEqual({ waiting: 0, dead: 0 });
  });

  it('are tried again later each time', async () => {
    await notify('a', 1);
    feed(() => Promise.resolve('retry'));
    await expect.poll(() => outcomes, SOON).toEqual(['retry']);
    const [row] = await at.place.run('SELECT next_try_ms, attempts FROM rotation_outbox');
    expect(Number(row?.['attempts'])).toBe(1);
    const inMs = Number(row?.['next_try_ms']) - Date.now();
    expect(inMs).toBeLessThanOrEqual(rotationLimits.outboxBackoffMsMin);
  });

  it('are dropped beyond so many, with an alarm; the change is made all the same', async () => {
    const columns =
      'id, run_id, namespace_uid, namespace, name, type, body, created_ms, next_try_ms';
    const text = "'x', 'x', 'x', 'x', 'x', 'x', '{}', 0";
    const next = Date.now() + 3_600_000;
    await at.place.run(`INSERT INTO rotation_outbox (${columns}, attempts)
      WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many
        WHERE n < ${rotationLimits.outboxRowsMax})
      SELECT ${text}, ${next}, 0 FROM many`);
    await notify('a', 1);
    feed(() => Promise.resolve('delivered'));
    await expect.poll(() => alarms, SOON).toHaveLength(1);
    expect(alarms[0]).toContain('dropped');
    expect(counts).toEqual([{ waiting: rotationLimits.outboxRowsMax, dead: 0 }]);
  });

  it('are left to the next process where this one stops in the middle', async () => {
    await notify('a', 1);
    const begun = Promise.withResolvers<void>();
    const feeder = feed((_, signal) => {
      begun.resolve();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')));
      });
    });
    await begun.promise;
    await feeder.stop();
    expect(outcomes).toEqual([]);
    feed(() => Promise.resolve('delivered'));
    await expect.poll(left, SOON).toEqual([]);
  });
});
