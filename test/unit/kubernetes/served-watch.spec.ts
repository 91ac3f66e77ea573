import { expect, it } from 'vitest';
import type { ServedNamespaces } from '../../../src/access/domain/served-namespaces.js';
import type { ServedCollections } from '../../../src/kubernetes/served-collections.js';
import { servedWatch } from '../../../src/kubernetes/served-watch.js';
import { SyncRegistry } from '../../../src/sync/domain/secret-syncs.js';
import { syncKind } from '../../../src/sync/domain/sync-spec.js';

const names: string[] = [];
const nudged: unknown[] = [];

/** Collections that no test opens. */
const collections = {
  of: (nameOf: (stream: string) => string) => {
    names.push(nameOf('pay'));
    const all = new Map([['pay', { uid: 'uid-of-pay' }]]);
    return {
      broker: {},
      namespaces: { all, onChange: () => undefined, known: (name: string) => all.get(name) },
      isClusterWide: false,
      onState: () => undefined,
      onFault: () => undefined,
    };
  },
  nudgeOnChange: (watch: unknown) => void nudged.push(watch),
} as unknown as ServedCollections;

it('a watch of a kind is of the served namespaces, and is retried when rights change', () => {
  const served = { isServed: (name: string) => name === 'pay' } as unknown as ServedNamespaces;
  const feed = servedWatch(collections, { served, kind: syncKind, sink: new SyncRegistry() });
  expect(names).toEqual(['secretsyncs of pay']);
  expect(nudged).toEqual([feed]);
  // Nothing of a namespace is known before its list, and all of one that does not exist.
  expect(feed.knowsAll('pay', 'uid-of-pay')).toBe(false);
  expect(feed.knowsAll('absent', '')).toBe(true);
});
