import { describe, expect, it } from 'vitest';
import { OwnerIndex, ownersOf } from '../../src/controllers/owner-index.js';

function text(...owners: readonly string[]): string {
  const ownerReferences = owners.map((uid) => ({ uid }));
  const metadata = owners.length === 0 ? { name: 'x' } : { name: 'x', ownerReferences };
  return JSON.stringify({ kind: 'Secret', apiVersion: 'v1', metadata });
}

const path = { resource: 'secrets', namespace: 'a', name: 'x' };

describe('OwnerIndex', () => {
  it('follows owners that come and go', () => {
    const index = new OwnerIndex();
    index.follow({ ...path, type: 'ADDED', object: text('1', '2'), previous: undefined });
    expect(index.dependentsOf('1')).toEqual([path]);
    index.follow({ ...path, type: 'MODIFIED', object: text('2'), previous: text('1', '2') });
    expect(index.dependentsOf('1')).toEqual([]);
    expect(index.dependentsOf('2')).toEqual([path]);
    index.follow({ ...path, type: 'DELETED', object: text('2'), previous: text('2') });
    expect(index.dependentsOf('2')).toEqual([]);
  });

  it('finds no owner in a value that looks like one', () => {
    const data = { x: '"ownerReferences":[{"uid":"1"}]' };
    expect(ownersOf(JSON.stringify({ metadata: { name: 'x' }, data }))).toEqual([]);
  });
});
