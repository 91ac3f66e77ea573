import { describe, expect, it } from 'vitest';
import {
  rulesToEnd,
  rulesToRestore,
  rulesToSet,
} from '../../../../../src/rotation/domain/redis/acl-change.js';

describe('the rules that set a password', () => {
  it.each([
    ['adds it beside the one to keep', ['old'], 'old', ['#new']],
    ['ends those that nobody remembers', ['x', 'old', 'y'], 'old', ['#new', '!x', '!y']],
    ['may be said again', ['old', 'new'], 'old', ['#new']],
    ['keep what clients may use, where the one to keep is not valid', ['x'], 'old', ['#new']],
    ['leave nothing else without one to keep', ['old', 'x'], undefined, ['resetpass', '#new']],
    ['keep it where it is the next one', ['same', 'x'], 'same', ['#same', '!x'], 'same'],
  ] as const)('%s', (_title, hashes, keep, rules, next: string = 'new') => {
    expect(rulesToSet({ hashes, next, keep })).toEqual(rules);
  });
});

describe('the rules that end a password', () => {
  it.each([
    [['old', 'new'], 'old', ['!old']],
    [['new'], 'old', []],
    [['old', 'new'], undefined, ['resetpass']],
    [[], undefined, []],
  ] as const)('of %j and %s are %j', (hashes, ended, rules) => {
    expect(rulesToEnd(hashes, ended)).toEqual(rules);
  });
});

describe('the rules that undo a change', () => {
  it('leave exactly what was valid before', () => {
    expect(rulesToRestore(['a', 'b'])).toEqual(['resetpass', '#a', '#b']);
  });
});
