import { expect, test } from 'vitest';
import { planSecret } from '../../../../src/versions/domain/namespace-plan.js';
import type { History, VersionMetadata } from '../../../../src/versions/domain/version.js';

const options = { atMs: 1_000, allowRetired: false };

function history(changes: Partial<History> = {}): History {
  return {
    ...{ id: 1, namespace: 'pay', namespaceUid: 'u', name: 'db', secretUid: 's' },
    ...{ resourceVersion: '1', lastVersion: 5, currentVersion: 5, previousVersion: 4 },
    ...{ pendingVersion: undefined, deletedMs: undefined },
    ...changes,
  };
}

function version(changes: Partial<VersionMetadata> = {}): VersionMetadata {
  return {
    ...{ version: 2, state: 'live', secretUid: 's', resourceVersion: '1', type: 'Opaque' },
    ...{ immutable: false, labels: {}, keys: [], attribution: { door: 'rest' } },
    ...{ isGap: false, isRetired: false, createdMs: 1, endedMs: undefined },
    ...changes,
  };
}

const gone = { currentVersion: undefined, deletedMs: 2_000 };

const plans = (found: History, then: VersionMetadata | undefined) =>
  planSecret(found, then, options);
const left = { name: 'db', action: 'none', fromVersion: 5, error: null };

test('a Secret goes back to what was current then, and is recreated where it is gone', () => {
  const restored = { name: 'db', fromVersion: 5, toVersion: 2, action: 'restore', error: null };
  expect(plans(history(), version())).toEqual(restored);
  const recreated = { ...restored, fromVersion: null, action: 'recreate' };
  expect(plans(history(gone), version())).toEqual(recreated);
});

test('nothing is done where that is the current version', () => {
  expect(plans(history(), version({ version: 5 }))).toEqual({ ...left, toVersion: 5 });
});

test('what was not there then, or not any more, is left alone', () => {
  expect(plans(history(), undefined)).toEqual({ ...left, toVersion: null });
  const before = history({ ...gone, deletedMs: options.atMs });
  expect(plans(before, version())).toEqual({ ...left, fromVersion: null, toVersion: null });
});

test.each([
  [{ state: 'deleted' }, /deleted/],
  [{ state: 'destroyed' }, /destroyed/],
  [{ isRetired: true }, /retired/],
  [{ type: 'bootstrap.kubernetes.io/token' }, /never restored/],
] as const)('why a Secret cannot go back is said beforehand: %j', (change, error) => {
  const plan = plans(history(), version(change));
  expect(plan).toMatchObject({ action: 'none', toVersion: 2 });
  expect(plan.error).toMatch(error);
});

test('a retired credential is restored where that is wanted', () => {
  const then = version({ isRetired: true });
  expect(planSecret(history(), then, { ...options, allowRetired: true }).action).toBe('restore');
});
