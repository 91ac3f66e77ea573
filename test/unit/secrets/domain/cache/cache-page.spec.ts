import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cachePage,
  type IndexedSecrets,
} from '../../../../../src/secrets/domain/cache/cache-page.js';
import type { CachedSecret } from '../../../../../src/secrets/domain/cache/cached-secret.js';
import { LabelIndex } from '../../../../../src/secrets/domain/cache/label-index.js';
import { OrderedNames } from '../../../../../src/secrets/domain/cache/ordered-names.js';
import { parseFieldSelector } from '../../../../../src/secrets/domain/field-selector.js';
import { parseLabelSelector } from '../../../../../src/secrets/domain/label-selector.js';
import { cachedSecret } from './cached-secret.builder.js';

function indexed(secrets: readonly CachedSecret[]): IndexedSecrets {
  const labels = new LabelIndex();
  const names = new OrderedNames();
  for (const secret of secrets) {
    labels.add(secret.name, secret.labels);
    names.add(secret.name);
  }
  return { byName: new Map(secrets.map((secret) => [secret.name, secret])), names, labels };
}

const labels = fc.dictionary(fc.constantFrom('app', 'env'), fc.constantFrom('a', 'b'));
const secrets = fc
  .dictionary(fc.stringMatching(/^[a-z]{1,2}$/), labels, { maxKeys: 40 })
  .map((all) => Object.entries(all).map(([name, own]) => cachedSecret({ name, labels: own })));
const labelSelector = fc.constantFrom('', 'app=a', 'app in (a,b),env', '!env', 'app!=a', 'env=x');
const fieldSelector = fc.constantFrom('', 'metadata.name=a', 'type!=Opaque', 'metadata.name!=b');

describe('pages', () => {
  it('hold, one after the other, what the selectors match and nothing else', () => {
    const limit = fc.integer({ min: 1, max: 7 });
    fc.assert(
      fc.property(secrets, labelSelector, fieldSelector, limit, (all, byLabel, byField, size) => {
        const [of, where] = [parseLabelSelector(byLabel), parseFieldSelector(byField)];
        const expected = all
          .filter((secret) => of.matches(secret.labels) && where.matches(secret))
          .map(({ name }) => name)
          .toSorted();
        const found: string[] = [];
        const names = indexed(all);
        for (let after = '', hasMore = true; hasMore;) {
          const selectors = { labelSelector: byLabel, fieldSelector: byField };
          const page = cachePage(names, { ...selectors, after, limit: size });
          found.push(...page.items.map(({ name }) => name));
          expect(page.items.length).toBeLessThanOrEqual(size);
          hasMore = page.hasMore;
          after = found.at(-1) ?? '';
        }
        expect(found).toEqual(expected);
      }),
    );
  });

  it('say how many there are behind them, where nothing is selected', () => {
    const all = indexed(['a', 'b', 'c'].map((name) => cachedSecret({ name })));
    const page = (query: object) => {
      const { items, ...rest } = cachePage(all, { after: '', limit: 2, ...query });
      return { ...rest, names: items.map(({ name }) => name) };
    };
    expect(page({})).toEqual({ names: ['a', 'b'], hasMore: true, remaining: 1 });
    expect(page({ after: 'b' })).toEqual({ names: ['c'], hasMore: false, remaining: 0 });
    const some = page({ shows: (name: string) => name !== 'b' });
    expect(some).toEqual({ names: ['a', 'c'], hasMore: false, remaining: undefined });
    expect(page({ labelSelector: '!app' })).toMatchObject({ hasMore: true, remaining: undefined });
  });

  it('are refused for what is no selector', () => {
    const query = { after: '', limit: 1, labelSelector: 'a in' };
    expect(() => cachePage(indexed([]), query)).toThrow('labelSelector is not a label selector');
  });
});
