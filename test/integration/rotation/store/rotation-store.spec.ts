import { describe, expect, it } from 'vitest';
import { rotationLimits } from '../../../../src/core/rotation-limits.js';
import { dialects } from '../../../postgres/test-storage.js';
import { newRun } from '../../../unit/rotation/store/run.builder.js';
import { claimed, claimNew, endLease, notes, record, rotationFixture } from './rotation-fixture.js';

const secret = newRun();

describe.each(dialects)('rotation runs in %s', (dialect) => {
  const at = rotationFixture(dialect);

  it('begin once for a Secret, with their event', async () => {
    expect(await at.store.begin(newRun(), record({ note: 'one' }))).toEqual({});
    const second = at.store.begin(newRun({ id: 'run-2' }), record({ note: 'two' }));
    expect(await second).toEqual({ runningId: 'run-1' });
    const elsewhere = newRun({ id: 'run-3', namespaceUid: 'other-uid' });
    expect(await at.store.begin(elsewhere, record({ note: 'three' }))).toEqual({});
    expect(await notes(at)).toEqual({ one: 1, three: 1 });
    expect(await at.store.active(secret)).toMatchObject({
      id: 'run-1',
      state: 'running',
      epoch: 0,
    });
  });

  it('begin at most once under one id, whoever asks again because the answer was lost', async () => {
    await at.store.begin(newRun(), record());
    expect(await at.store.begin(newRun(), record())).toEqual({});
    const { run } = await claimed(at.store, 'run-1');
    await at.store.advance(run, { state: 'failed' }, record());
    expect(await at.store.begin(newRun(), record())).toEqual({});
    expect(await at.store.active(secret)).toBeUndefined();
    expect(await notes(at)).toEqual({ changed: 2 });
  });

  it('are found by their Secret alone', async () => {
    await at.store.begin(newRun(), record());
    expect(await at.store.find(secret, 'run-1')).toMatchObject({ ...newRun() });
    expect(await at.store.find({ ...secret, name: 'other' }, 'run-1')).toBeUndefined();
    expect(await at.store.find({ ...secret, namespaceUid: 'other' }, 'run-1')).toBeUndefined();
    expect(await at.store.find(secret, 'run\0')).toBeUndefined();
  });

  it('are listed newest first, in pages', async () => {
    const ids = ['c', 'a', 'e', 'b', 'd'];
    for (const [index, id] of ids.entries()) {
      // Two of one time stand in the order of their ids.
      const run = await claimNew(at.store, { id, startedMs: 1_000 + Math.floor(index / 2) });
      await at.store.advance(run, { state: 'succeeded' }, undefined);
    }
    const listed = async (limit: number, before?: string) =>
      (await at.store.list(secret, { limit, ...(before !== undefined && { before }) })).map(
        ({ id }) => id,
      );
    expect(await listed(9)).toEqual(['d', 'e', 'b', 'c', 'a']);
    expect(await listed(2)).toEqual(['d', 'e']);
    expect(await listed(2, 'e')).toEqual(['b', 'c']);
    expect(await listed(2, 'a')).toEqual([]);
    expect(await listed(2, 'unknown')).toEqual([]);
  });

  it('are due when their time has come and nobody holds them, oldest first', async () => {
    const nowMs = Date.now();
    const begin = (id: string, startedMs: number) =>
      at.store.begin(newRun({ id, name: id, startedMs }), record());
    await begin('second', nowMs - 1_000);
    await begin('first', nowMs - 2_000);
    await begin('held', nowMs - 3_000);
    await begin('later', nowMs + 60_000);
    const ended = await claimNew(at.store, { id: 'ended', name: 'ended' });
    await at.store.advance(ended, { state: 'cancelled' }, undefined);
    await at.store.claim('held');
    const due = async (limit: number) => (await at.store.due(limit)).map(({ id }) => id);
    expect(await due(9)).toEqual(['first', 'second']);
    const [first] = await at.store.due(1);
    expect(first).toMatchObject({ id: 'first' });
    expect(await at.store.due(9, first)).toMatchObject([{ id: 'second' }]);
    await endLease(at, 'held');
    expect(await due(9)).toEqual(['held', 'first', 'second']);
  });

  it('move on step by step, with an event or without', async () => {
    const run = await claimNew(at.store);
    const problem = { reason: 'TestFailed', message: 'no' } as const;
    const change = { step: 'set', attempts: 2, username: 'app_a', problem, dueMs: 5 } as const;
    expect(await at.store.advance(run, change, record({ note: 'set' }))).toBe(true);
    const moved = { ...run, ...change };
    expect(await at.store.advance(moved, { attempts: 3 }, undefined)).toBe(true);
    expect(await at.store.find(secret, run.id)).toEqual({ ...moved, attempts: 3 });
    const end = { state: 'succeeded', problem: null, endedMs: 77 } as const;
    const last = { ...moved, attempts: 3 };
    expect(await at.store.advance(last, end, record({ note: 'end' }))).toBe(true);
    expect(await at.store.find(secret, run.id)).toMatchObject({ ...end, step: 'set', attempts: 3 });
    expect(await notes(at)).toEqual({ begun: 1, set: 1, end: 1 });
  });

  it('that have ended are changed by nobody', async () => {
    const run = await claimNew(at.store);
    await at.store.advance(run, { state: 'failed' }, record({ note: 'end' }));
    expect(await at.store.advance(run, { state: 'succeeded' }, record({ note: 'no' }))).toBe(false);
    expect(await at.store.advance(run, { attempts: 9 }, undefined)).toBe(false);
    expect(await at.store.wish(run, 'cancel', record({ note: 'no' }))).toBe(false);
    expect(await at.store.claim(run.id)).toBeUndefined();
    expect(await at.store.renew(run)).toBeUndefined();
    expect(await at.store.active(secret)).toBeUndefined();
    expect(await notes(at)).toEqual({ begun: 1, end: 1 });
  });

  it('change in no row and leave no event under an epoch that is over', async () => {
    const former = await claimNew(at.store);
    await endLease(at, former.id);
    const { run } = await claimed(await at.another(), former.id);
    expect(run.epoch).toBe(former.epoch + 1);
    for (const event of [record({ note: 'stale' }), undefined]) {
      expect(await at.store.advance(former, { attempts: 7 }, event)).toBe(false);
    }
    expect(await at.store.renew(former)).toBeUndefined();
    await at.store.release(former);
    expect(await at.store.claim(run.id)).toBeUndefined();
    expect(await at.store.find(secret, run.id)).toEqual(run);
    expect(await at.store.advance(run, { attempts: 1 }, record({ note: 'fresh' }))).toBe(true);
    expect(await notes(at)).toEqual({ begun: 1, fresh: 1 });
  });

  it('change in no row once the lease is over, though nobody else has claimed it', async () => {
    const run = await claimNew(at.store);
    await endLease(at, run.id);
    expect(await at.store.advance(run, { attempts: 7 }, record({ note: 'late' }))).toBe(false);
    expect(await at.store.advance(run, { attempts: 7 }, undefined)).toBe(false);
    expect(await at.store.renew(run)).toBeUndefined();
    expect(await at.store.find(secret, run.id)).toEqual(run);
    expect(await notes(at)).toEqual({ begun: 1 });
  });

  it('are held for 30 s by the clock of the database, and relied on for 20 s', async () => {
    const run = await claimNew(at.store);
    const before = performance.now();
    const renewed = await at.store.renew(run);
    const fencedMs = rotationLimits.leaseFencedMs;
    expect(renewed?.fencedAtMs).toBeGreaterThanOrEqual(before + fencedMs);
    expect(renewed?.fencedAtMs).toBeLessThanOrEqual(performance.now() + fencedMs);
    const [row] = await at.place.run('SELECT lease_until_ms FROM rotation_runs');
    const leftMs = Number(row?.['lease_until_ms']) - Date.now();
    expect(leftMs).toBeGreaterThan(rotationLimits.leaseMs - 5_000);
    expect(leftMs).toBeLessThanOrEqual(rotationLimits.leaseMs + 1);
  });

  it('are free at once after they were let go', async () => {
    const run = await claimNew(at.store);
    expect(await at.store.claim(run.id)).toBeUndefined();
    await at.store.release(run);
    expect(await at.store.advance(run, { attempts: 1 }, undefined)).toBe(false);
    expect((await claimed(at.store, run.id)).run.epoch).toBe(run.epoch + 1);
  });

  it('hear of a wish whoever holds them, and are not put off by who has not seen it', async () => {
    const run = await claimNew(at.store);
    const laterMs = Date.now() + 60_000;
    await at.store.advance(run, { dueMs: laterMs }, undefined);
    expect(await at.store.wish(run, 'cancel', record({ note: 'wish' }))).toBe(true);
    const wished = await at.store.find(secret, run.id);
    expect(wished).toMatchObject({ wish: 'cancel', epoch: run.epoch });
    expect(wished?.dueMs).toBeLessThanOrEqual(Date.now());
    await at.store.advance(run, { dueMs: laterMs, state: 'waiting' }, undefined);
    await at.store.release(run);
    expect(await at.store.due(1)).toMatchObject([{ wish: 'cancel', state: 'waiting' }]);
    const { run: seen } = await claimed(at.store, run.id);
    await at.store.advance(seen, { dueMs: laterMs }, undefined);
    expect(await at.store.find(secret, run.id)).toMatchObject({ dueMs: laterMs });
    expect(await notes(at)).toMatchObject({ wish: 1 });
  });

  it('go when there are more than are kept', async () => {
    for (const id of ['a', 'b', 'c', 'd']) {
      const run = await claimNew(at.store, { id, startedMs: id.charCodeAt(0) });
      await at.store.advance(run, { state: 'cancelled' }, undefined);
    }
    await at.store.begin(newRun({ id: 'e', startedMs: 1 }), record());
    const ids = async () => (await at.store.list(secret, { limit: 9 })).map(({ id }) => id);
    await at.store.prune(secret, 2);
    expect(await ids()).toEqual(['d', 'c', 'e']);
    await at.store.prune({ ...secret, name: 'other' }, 0);
    await at.store.prune(secret, 0);
    expect(await ids()).toEqual(['e']);
  });

  it('are Unavailable where the audit trail cannot be written, and nothing is changed', async () => {
    const run = await claimNew(at.store);
    await at.audit.writer.close();
    const advanced = at.store.advance(run, { attempts: 1 }, record());
    await expect(advanced).rejects.toMatchObject({ code: 'Unavailable' });
    expect(await at.store.find(secret, run.id)).toEqual(run);
  });
});
