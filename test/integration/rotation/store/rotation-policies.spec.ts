import { describe, expect, it } from 'vitest';
import { dialects } from '../../../postgres/test-storage.js';
import { rotationFixture } from './rotation-fixture.js';

const author = { username: 'al\0ice', uid: 'u', groups: ['dev'], extra: { scope: ['a'] } };
const nothing = { specHash: null, author: null, scheduleHash: null };
const never = { nextRunMs: null, lastDueMs: null };

describe.each(dialects)('what is known of policies in %s', (dialect) => {
  const at = rotationFixture(dialect);

  it('is kept apart: who wrote a spec, and when it is due', async () => {
    expect(await at.store.policy('p')).toBeUndefined();
    await at.store.saveAuthor('p', { specHash: 'one', author });
    expect(await at.store.policy('p')).toEqual({
      ...{ policyUid: 'p', ...nothing, ...never, specHash: 'one', author },
    });
    const schedule = { scheduleHash: 'two', nextRunMs: 7, lastDueMs: null };
    await at.store.saveSchedule('p', schedule);
    await at.store.saveAuthor('p', { specHash: 'three', author });
    const all = { policyUid: 'p', specHash: 'three', author, ...schedule };
    expect(await at.store.policy('p')).toEqual(all);
    await at.store.saveSchedule('q', { ...schedule, scheduleHash: null });
    expect((await at.store.policies()).map(({ policyUid }) => policyUid)).toEqual(['p', 'q']);
    await at.store.removePolicy('p');
    expect(await at.store.policies()).toEqual([
      { policyUid: 'q', ...nothing, nextRunMs: 7, lastDueMs: null },
    ]);
  });

  it('is moved on by one of those who want to', async () => {
    await at.store.saveSchedule('p', { scheduleHash: 'h', nextRunMs: 7, lastDueMs: null });
    const to = { nextRunMs: 8, lastDueMs: 7 };
    const from = { scheduleHash: 'h', nextRunMs: 7 };
    const stores = [at.store, await at.another(), at.store, await at.another()];
    const moved = await Promise.all(stores.map((store) => store.moveSchedule('p', from, to)));
    expect(moved.filter(Boolean)).toHaveLength(1);
    expect(await at.store.policy('p')).toMatchObject({ scheduleHash: 'h', ...to });
    expect(await at.store.moveSchedule('p', { ...from, nextRunMs: 8 }, never)).toBe(true);
    expect(await at.store.moveSchedule('p', { ...from, nextRunMs: null }, to)).toBe(true);
    expect(await at.store.moveSchedule('unknown', { ...from, nextRunMs: null }, to)).toBe(false);
  });
});
