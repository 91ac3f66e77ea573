import { describe, expect, it } from 'vitest';
import { RbacChangeTimes } from '../../../../src/access/domain/rbac-change-times.js';
import { limits } from '../../../../src/core/limits.js';

describe('RbacChangeTimes', () => {
  it('knows no change at first', () => {
    expect(new RbacChangeTimes().hasChangedSince('a', 0)).toBe(false);
  });

  it('holds a change in a namespace against that namespace alone', () => {
    const times = new RbacChangeTimes();
    times.note({ namespace: 'a' }, 100);
    expect(times.hasChangedSince('a', 100)).toBe(true);
    expect(times.hasChangedSince('a', 101)).toBe(false);
    expect(times.hasChangedSince('b', 0)).toBe(false);
    expect(times.hasChangedSince('', 0)).toBe(false);
  });

  it('holds a cluster-wide change against every question', () => {
    const times = new RbacChangeTimes();
    times.note({ namespace: 'a' }, 100);
    times.note('all', 200);
    for (const namespace of ['a', 'b', '']) {
      expect(times.hasChangedSince(namespace, 200)).toBe(true);
      expect(times.hasChangedSince(namespace, 201)).toBe(false);
    }
  });

  it('keeps the latest of many changes', () => {
    const times = new RbacChangeTimes();
    for (let ms = 0; ms <= 1_000; ms += 10) times.note({ namespace: 'a' }, ms);
    expect(times.hasChangedSince('a', 1_000)).toBe(true);
    expect(times.hasChangedSince('a', 1_001)).toBe(false);
  });

  it('takes more changed namespaces than it can hold for a change of all', () => {
    const times = new RbacChangeTimes();
    for (let count = 0; count <= limits.rbacChangedNamespacesMax; count += 1) {
      times.note({ namespace: `n${count}` }, 100);
    }
    expect(times.hasChangedSince('untouched', 100)).toBe(true);
    expect(times.hasChangedSince('untouched', 101)).toBe(false);
  });

  it('forgets what concerns no kept decision any more', () => {
    const times = new RbacChangeTimes();
    const halfMax = limits.rbacChangedNamespacesMax / 2;
    for (let round = 0; round < 4; round += 1) {
      const nowMs = round * 20_000;
      for (let count = 0; count < halfMax; count += 1) {
        times.note({ namespace: `${round}-${count}` }, nowMs);
      }
      expect(times.hasChangedSince('untouched', 0)).toBe(false);
    }
  });
});
