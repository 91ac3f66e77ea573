import { describe, expect, it } from 'vitest';
import type { CustomResource } from '../../../../src/custom-resources/domain/custom-resource.js';
import { earlierPuller } from '../../../../src/sync/domain/pulling-sync.js';
import { aSync } from './sync.builder.js';

const sync = (name: string, spec: object = {}, rest: Partial<CustomResource> = {}) =>
  aSync({ ...spec }, { name, uid: name, ...rest });
const keys = (...names: readonly string[]) => ({ keys: names.map((name) => ({ name })) });

const first = sync('first', {}, { createdMs: 1_000 });
const second = sync('second', {}, { createdMs: 2_000 });

describe('of two syncs that pull one key', () => {
  it('the older one does, whichever is asked about', () => {
    expect(earlierPuller(second, [first, second])).toBe(first);
    expect(earlierPuller(first, [first, second])).toBeUndefined();
  });

  it('that were created in one second, each replica chooses the same', () => {
    const [a, b] = [sync('a'), sync('b')];
    expect(earlierPuller(b, [b, a])).toBe(a);
    expect(earlierPuller(a, [b, a])).toBeUndefined();
  });

  it('of a list and of all keys, share each key', () => {
    const listed = sync('listed', keys('a'), { createdMs: 3_000 });
    expect(earlierPuller(listed, [first])).toBe(first);
    expect(
      earlierPuller({ ...first, object: { ...first.object, createdMs: 9_000 } }, [listed]),
    ).toBe(listed);
  });
});

describe('a sync may pull', () => {
  it.each([
    ['pushes alone', { direction: 'push' }, {}],
    ['pulls into another Secret', { secretName: 'other' }, {}],
    ['pulls other keys', keys('a', 'b'), keys('c')],
    ['has the key under another name', { keys: [{ name: 'b', remote: 'a' }] }, keys('a')],
    ['breaks a rule', { direction: 'none' }, {}],
  ] as const)('in addition to one that %s', (_what, other, own) => {
    const earlier = sync('earlier', other, { createdMs: 1 });
    expect(earlierPuller(sync('own', own, { createdMs: 2 }), [earlier])).toBeUndefined();
  });

  it('if it is the same object in another state', () => {
    expect(earlierPuller(second, [sync('second', {}, { createdMs: 0 })])).toBeUndefined();
  });

  it('never, if it only pushes or breaks a rule: it is not asked about', () => {
    for (const direction of ['push', 'none']) {
      const one = sync('one', { direction }, { createdMs: 5_000 });
      expect(earlierPuller(one, [first])).toBeUndefined();
    }
  });
});
