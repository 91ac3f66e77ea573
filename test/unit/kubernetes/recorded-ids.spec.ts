import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { announcementOf } from '../../../src/core/announced-id.js';
import { limits } from '../../../src/core/limits.js';
import { RecordedIds } from '../../../src/kubernetes/recorded-ids.js';

let recorded: string[];
let ids: RecordedIds;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  recorded = [];
  ids = new RecordedIds((some) => {
    recorded.push(...some);
    return Promise.resolve();
  });
});

afterEach(() => void vi.useRealTimers());

it('gives each id once, and none whose hash is not on record', async () => {
  const given = new Set<string>();
  for (let count = 1; count <= limits.recordedIdsMax + 1; count += 1) {
    const id = await ids.next();
    expect(recorded).toContain(announcementOf(id));
    given.add(id);
    expect(given.size).toBe(count);
  }
  expect(recorded).toHaveLength(2 * limits.recordedIdsMax);
});

it('puts no id on record, not even in part', async () => {
  const given = [await ids.next(), await ids.next()];
  expect(recorded).toHaveLength(limits.recordedIdsMax);
  for (const text of recorded) expect(text).toMatch(/^sha256:[\w-]{43}$/);
  for (const id of given) for (const part of id.split('-')) expect(recorded).not.toContain(part);
});

it('gives none that was announced too long ago', async () => {
  await ids.next();
  vi.advanceTimersByTime(limits.announcedIdMsMax - 1);
  const old = recorded.length;
  expect(recorded.indexOf(announcementOf(await ids.next()))).toBe(1);
  vi.advanceTimersByTime(1);
  expect(recorded.indexOf(announcementOf(await ids.next()))).toBe(old);
  expect(recorded).toHaveLength(2 * limits.recordedIdsMax);
});

it('shares no id with another process', async () => {
  const others = new RecordedIds(() => Promise.resolve());
  expect(await others.next()).not.toBe(await ids.next());
});

it('gives none while they cannot be recorded', async () => {
  let isAway = true;
  const failing = new RecordedIds(() =>
    isAway ? Promise.reject(new Error('away')) : Promise.resolve(),
  );
  await expect(failing.next()).rejects.toThrow('away');
  isAway = false;
  await expect(failing.next()).resolves.toMatch(/^[0-9a-f-]{36}$/);
});
