import { describe, expect, it } from 'vitest';
import { dialects } from '../../../postgres/test-storage.js';
import { newRun } from '../../../unit/rotation/store/run.builder.js';
import { claimNew, endLease, record, rotationFixture } from './rotation-fixture.js';

const secret = { namespaceUid: 'namespace-uid', namespace: 'pay', name: 'shhhhhh' };

describe.each(dialects)('whoever writes what is known of rotations in %s', (dialect) => {
  const at = rotationFixture(dialect);
  const author = { username: 'alice', uid: 'u', groups: ['dev'], extra: {} };
  const schedule = { scheduleHash: 'h', nextRunMs: 7, lastDueMs: 1 };

  it('makes nobody the author of a spec', async () => {
    await at.store.saveAuthor('p', { specHash: 'one', author });
    await at.store.saveAuthor('q', { specHash: 'two', author });
    const forged = JSON.stringify({ ...author, username: 'root' });
    await at.place.run(`UPDATE rotation_policies SET author = '${forged}'
      WHERE policy_uid = 'p'`);
    await at.place.run(`INSERT INTO rotation_policies (policy_uid, spec_hash, author, author_mac)
      SELECT 'r', spec_hash, author, author_mac FROM rotation_policies WHERE policy_uid = 'q'`);
    expect(await at.store.policy('p')).toMatchObject({ specHash: null, author: null });
    expect(await at.store.policy('q')).toMatchObject({ specHash: 'two', author });
    expect(await at.store.policy('r')).toMatchObject({ specHash: null, author: null });
    expect(at.foreign).toHaveLength(2);
  });

  it.each(['schedule_hash = null', 'next_run_ms = 3', 'last_due_ms = 0'])(
    'moves no schedule: %s',
    async (change) => {
      await at.store.saveSchedule('p', schedule);
      await at.place.run(`UPDATE rotation_policies SET ${change}`);
      const unknown = { scheduleHash: null, nextRunMs: null, lastDueMs: null };
      expect(await at.store.policy('p')).toMatchObject(unknown);
      expect(at.foreign).toEqual([expect.stringContaining('rotation_schedules "p"')]);
    },
  );

  it('begins no run', async () => {
    await at.store.begin(newRun({ id: 'ours' }), record());
    await at.place.run(`UPDATE rotation_runs SET id = 'forged', name = 'other'`);
    expect(await at.store.due(9)).toEqual([]);
    expect(await at.store.claim('forged')).toBeUndefined();
    expect(await at.store.find({ ...secret, name: 'other' }, 'forged')).toBeUndefined();
    expect(at.foreign).toEqual([expect.stringContaining('rotation_runs "forged"')]);
  });

  it.each([
    `step = 'retire'`,
    `state = 'succeeded'`,
    `requested_by = 'root'`,
    `policy_uid = 'other'`,
    `from_version = 1`,
    `username = 'root'`,
    `retire_at_ms = 1`,
    `mac = null`,
  ])('moves no run on: %s', async (change) => {
    const run = await claimNew(at.store);
    await endLease(at, run.id);
    await at.place.run(`UPDATE rotation_runs SET ${change}`);
    expect(await at.store.claim(run.id)).toBeUndefined();
    expect(await at.store.list(secret, { limit: 9 })).toEqual([]);
    expect(at.foreign).toEqual([expect.stringContaining(`rotation_runs "${run.id}"`)]);
  });

  it('wishes nothing of a run, and takes no wish away', async () => {
    const run = await claimNew(at.store);
    await at.place.run(`UPDATE rotation_runs SET wish = 'retire'`);
    expect(await at.store.active(secret)).toMatchObject({ wish: null });
    expect(at.foreign).toHaveLength(1);
    expect(await at.store.wish(run, 'cancel', record())).toBe(true);
    expect(await at.store.active(secret)).toMatchObject({ wish: 'cancel' });
  });
});
