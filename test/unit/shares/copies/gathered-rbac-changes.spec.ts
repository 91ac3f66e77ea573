import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import { shareLimits } from '../../../../src/core/share-limits.js';
import { GatheredRbacChanges } from '../../../../src/shares/copies/gathered-rbac-changes.js';
import { ManualClock } from '../../auth/manual-clock.js';

const { rbacGatheredMs, rbacSettledMs } = shareLimits;

interface Check {
  readonly atMs: number;
  readonly namespaces: readonly string[];
}

let clock: ManualClock;
let sinceMs: number;
let checks: Check[];
let changes: GatheredRbacChanges;

beforeEach(() => {
  vi.useFakeTimers();
  clock = new ManualClock();
  sinceMs = clock.monotonicMs();
  checks = [];
  const check = (namespaces: ReadonlySet<string>) =>
    void checks.push({ atMs: clock.monotonicMs() - sinceMs, namespaces: [...namespaces] });
  changes = new GatheredRbacChanges({ clock, check });
});
afterEach(() => {
  changes.stop();
  const timers = vi.getTimerCount();
  vi.useRealTimers();
  if (timers > 0) throw new Error('a timer is left');
});

/** Passes time in steps, as the clock and the timers see it together. */
async function passes(ms: number, each: () => void = () => undefined): Promise<void> {
  const stepMs = 50;
  for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
    each();
    clock.advance(stepMs);
    await vi.advanceTimersByTimeAsync(stepMs);
  }
}

it('checks soon after a change, again when API servers have settled, and no more', async () => {
  changes.note({ namespace: 'shop' });
  await passes(60_000);
  expect(checks).toEqual([
    { atMs: rbacGatheredMs, namespaces: ['shop'] },
    { atMs: rbacGatheredMs + rbacSettledMs, namespaces: ['shop'] },
  ]);
});

it('checks long enough after a change that came late in the time of gathering', async () => {
  changes.note({ namespace: 'shop' });
  await passes(rbacGatheredMs - 50);
  changes.note({ namespace: 'shop' });
  changes.note('all');
  const changedMs = clock.monotonicMs() - sinceMs;
  await passes(60_000);
  const late = checks.filter(({ atMs }) => atMs - changedMs >= limits.decisionSettleMs);
  expect(late.length).toBeGreaterThan(0);
  expect(late[0]?.namespaces).toEqual(['shop', '']);
});

it.each([50, 100, 1_000])('a change every %d ms postpones no check', async (everyMs) => {
  let noted = 0;
  const endMs = 30_000;
  await passes(endMs, () => {
    if ((clock.monotonicMs() - sinceMs) % everyMs === 0)
      changes.note({ namespace: `${noted++ % 3}` });
  });
  const times = checks.map(({ atMs }) => atMs);
  const pauses = times.map((atMs, index) => atMs - (times[index - 1] ?? 0));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(rbacSettledMs);
  // A storm causes no more checks than a few changes.
  expect(checks.length).toBeLessThanOrEqual(endMs / rbacSettledMs + 1);
  await passes(60_000);
  const last = checks.filter(({ atMs }) => atMs >= endMs - everyMs + limits.decisionSettleMs);
  expect(last.length).toBeGreaterThan(0);
  expect(clock.monotonicMs()).toBeGreaterThan(endMs);
});

it('checks all namespaces if too many have changed', async () => {
  for (let index = 0; index <= limits.rbacChangedNamespacesMax; index += 1) {
    changes.note({ namespace: `ns-${index}` });
  }
  await passes(rbacGatheredMs);
  expect(checks[0]?.namespaces).toContain('');
  expect(checks[0]?.namespaces.length).toBeLessThan(10);
});

it('checks nothing after the stop', async () => {
  changes.note('all');
  changes.stop();
  await passes(60_000);
  expect(checks).toEqual([]);
});
