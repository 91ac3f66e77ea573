import { expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { RecordedIds } from '../../../src/kubernetes/recorded-ids.js';

it('gives each id once, and none that is not on record', async () => {
  const recorded: string[] = [];
  const ids = new RecordedIds((some) => {
    recorded.push(...some);
    return Promise.resolve();
  });
  const given = new Set<string>();
  for (let count = 1; count <= limits.recordedIdsMax + 1; count += 1) {
    const id = await ids.next();
    expect(recorded).toContain(id);
    given.add(id);
    expect(given.size).toBe(count);
  }
  expect(recorded).toHaveLength(2 * limits.recordedIdsMax);
});

it('gives none while they cannot be recorded', async () => {
  let isAway = true;
  const ids = new RecordedIds(() =>
    isAway ? Promise.reject(new Error('away')) : Promise.resolve(),
  );
  await expect(ids.next()).rejects.toThrow('away');
  isAway = false;
  await expect(ids.next()).resolves.toMatch(/^[0-9a-f-]{36}$/);
});
