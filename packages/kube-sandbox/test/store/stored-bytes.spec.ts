import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bounds } from '../../src/store/sandbox-bounds.js';
import { changeLimits } from '../../../../test/support/changed-limits.js';
import { objectOf, secretAt, StoreFolder } from './store.builder.js';

changeLimits([bounds], { storedBytesMax: 10_000, heldInMemoryBytesMax: 2_000 });

let folder: StoreFolder;

beforeEach(() => {
  folder = new StoreFolder();
});

afterEach(() => {
  folder.remove();
});

function secretOf(length: number) {
  return objectOf('Secret', { name: 'x' }, { data: { value: 'x'.repeat(length) } });
}

const full = expect.objectContaining({ code: 507, reason: 'InsufficientStorage' });

describe('what is stored', () => {
  it('has an end, also after a restart', () => {
    folder.store.put(secretAt('a'), secretOf(6_000));
    expect(() => folder.store.put(secretAt('b'), secretOf(6_000))).toThrow(full);
    folder.reopen();
    expect(() => folder.store.put(secretAt('b'), secretOf(6_000))).toThrow(full);
    expect(folder.store.has(secretAt('b'))).toBe(false);
  });

  it('may shrink and be deleted when it is full, which makes room', () => {
    folder.store.put(secretAt('a'), secretOf(6_000));
    const stored = folder.store.put(secretAt('b'), secretOf(3_500));
    expect(() => folder.store.put(secretAt('b'), secretOf(4_500))).toThrow(full);
    folder.store.put(secretAt('b'), secretOf(3_000));
    folder.store.delete(secretAt('b'), stored);
    folder.store.put(secretAt('c'), secretOf(3_500));
    expect(folder.store.count({ resource: 'secrets', namespace: '' })).toBe(2);
  });

  it('is bounded more closely where it is held in memory', () => {
    const role = { resource: 'roles.rbac.authorization.k8s.io', namespace: 'a', name: 'r' };
    expect(() => folder.store.put(role, secretOf(2_000))).toThrow(full);
    folder.store.put(secretAt('a'), secretOf(2_000));
    folder.store.put(role, secretOf(100));
  });

  it('leaves room for what the sandbox itself has to write', () => {
    folder.store.put(secretAt('a'), secretOf(20_000), 'system');
    expect(folder.store.has(secretAt('a'))).toBe(true);
  });
});
