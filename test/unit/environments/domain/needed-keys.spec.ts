import { describe, expect, it } from 'vitest';
import { invalidAt, SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import {
  memberRequestsOf,
  namedError,
  namedErrors,
  namedValues,
  type NeededKey,
  neededEntries,
} from '../../../../src/environments/domain/needed-keys.js';
import { values } from '../../secrets/domain/secret.builder.js';

const keys: ReadonlyMap<string, NeededKey> = new Map([
  ['A', { name: 'db', key: 'c.json', pointer: '/a' }],
  ['B', { name: 'db', key: 'c.json' }],
  ['C', { name: 'db', key: 'c.json', pointer: '/a' }],
  ['D', { name: 'db', key: 'c.yaml', pointer: '/a' }],
]);

describe('the entries of a read', () => {
  it('are each key and each member once, with all of its values', () => {
    const needed = neededEntries(keys);
    expect(needed.map(({ names }) => names)).toEqual([['A', 'C'], ['B'], ['D']]);
    expect(needed.map(({ entry }) => entry.pointer)).toEqual(['/a', undefined, '/a']);
  });

  it('give their values in their order', () => {
    const shown = ['member', 'whole'].map((text) => ({ data: values({ 'c.json': text }) }));
    const named = namedValues(neededEntries(keys), shown);
    const texts = [...named].map(([name, value]) => [name, value.revealText()]);
    expect(Object.fromEntries(texts)).toEqual({ A: 'member', B: 'whole', C: 'member' });
  });

  it('count as their documents do, each member once', () => {
    expect(memberRequestsOf([keys])).toBe(16 + 64);
    expect(memberRequestsOf([new Map([['B', { name: 'db', key: 'x' }]])])).toBe(0);
  });
});

describe('a failure of a read', () => {
  const failed = new SallyportError('NotFound', 'not there', {
    errors: [{ pointer: '/query/secret/0', reason: 'not there' }],
  });

  it('names each value that the entry is for', () => {
    expect(namedErrors(failed, neededEntries(keys))).toMatchObject({
      code: 'NotFound',
      message: 'not there',
      errors: [
        { pointer: '/values/A', reason: 'not there' },
        { pointer: '/values/C', reason: 'not there' },
      ],
    });
  });

  it('stays as it is without an entry', () => {
    const other = invalidAt('/x', 'is wrong');
    expect(namedErrors(other, neededEntries(keys))).toBe(other);
    expect(namedErrors('thrown', [])).toBe('thrown');
  });

  it('for one value has its name and a reason', () => {
    expect(namedError(failed, 'A', 'why')).toMatchObject({
      ...{ code: 'NotFound', status: 404, message: 'why' },
      errors: [{ pointer: '/values/A', reason: 'why' }],
    });
  });
});
