import { expect, it } from 'vitest';
import { StoreRegistry } from '../../../../src/sync/domain/external-stores.js';
import { aStore } from './sync.builder.js';

it('a store is known by its name: it is in no namespace', () => {
  const registry = new StoreRegistry();
  const { object } = aStore();
  registry.put(object, '');
  expect(registry.named('bao')).toMatchObject({ object, spec: { poll: '1m' } });
  expect(registry.named('other')).toBeUndefined();
  registry.remove(object);
  expect(registry.named('bao')).toBeUndefined();
});

it('a store with a broken rule is known, and has no effect', () => {
  const registry = new StoreRegistry();
  registry.put(aStore({ poll: '1s' }).object, '');
  expect(registry.named('bao')?.spec).toBeUndefined();
  expect(registry.named('bao')?.problem).toContain('/poll');
});
