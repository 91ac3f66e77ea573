import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../../../src/core/limits.js';
import { LabelIndex } from '../../../../../src/secrets/domain/cache/label-index.js';
import { parseLabelSelector } from '../../../../../src/secrets/domain/label-selector.js';

const labels = fc.dictionary(fc.constantFrom('app', 'env', 'tier'), fc.constantFrom('a', 'b', ''));
const term = fc.constantFrom('app=a', 'env in (a,b)', 'tier', '!env', 'app!=b', 'env=none');
const secrets = fc.dictionary(fc.stringMatching(/^[a-z]{1,2}$/), labels, { maxKeys: 30 });

function indexOf(all: Readonly<Record<string, Readonly<Record<string, string>>>>): LabelIndex {
  const index = new LabelIndex();
  for (const [name, own] of Object.entries(all)) index.add(name, own);
  return index;
}

describe('an index of labels', () => {
  it('leaves out nothing that a selector matches, and names each once and in order', () => {
    fc.assert(
      fc.property(secrets, fc.array(term, { maxLength: 3 }), (all, terms) => {
        const selector = parseLabelSelector(terms.join());
        const found = indexOf(all).candidates(selector.requirements, Infinity);
        const names = [...(found ?? [])];
        expect(names).toEqual([...new Set(names)].toSorted());
        const matching = Object.keys(all).filter((name) => selector.matches(all[name] ?? {}));
        if (found !== undefined) expect(names).toEqual(expect.arrayContaining(matching));
      }),
    );
  });

  it('takes the requirement that the fewest fulfil', () => {
    const index = indexOf({
      one: { app: 'pay', env: 'prod' },
      two: { app: 'pay', env: 'test' },
      three: { app: 'pay' },
    });
    const names = (text: string, countMax = 10) => {
      const found = index.candidates(parseLabelSelector(text).requirements, countMax);
      return found && [...found];
    };
    expect(names('app=pay,env in (prod,test)')).toEqual(['one', 'two']);
    expect(names('app,env=prod')).toEqual(['one']);
    expect(names('env=none,app')).toEqual([]);
    expect(names('!env')).toBeUndefined();
    expect(names('app=pay', 2)).toBeUndefined();
  });

  it('looks always at what has more labels than it keeps', () => {
    const many = Object.fromEntries(
      Array.from({ length: limits.cacheLabelsIndexedMax + 1 }, (_, at) => [`l${at}`, '']),
    );
    const index = indexOf({ one: { app: 'pay' }, two: { app: 'shop' }, x: many });
    const names = (text: string) => {
      const found = index.candidates(parseLabelSelector(text).requirements, 10);
      return found && [...found];
    };
    expect([names('app=pay'), names('app'), names('none=1')]).toEqual([
      ...[['one', 'x'], ['one', 'two', 'x'], ['x']],
    ]);
    index.remove('x', many);
    expect([names('app=pay'), names('none=1')]).toEqual([['one'], []]);
  });

  it('forgets what was removed', () => {
    const index = indexOf({ one: { app: 'pay' }, two: { app: 'pay' } });
    const app = parseLabelSelector('app').requirements;
    index.remove('one', { app: 'pay' });
    expect([...(index.candidates(app, 10) ?? [])]).toEqual(['two']);
    index.remove('two', { app: 'pay' });
    expect([...(index.candidates(app, 10) ?? [])]).toEqual([]);
  });
});
