import { describe, expect, it } from 'vitest';
import {
  isNotModified,
  readPreconditions,
  refuseFailedMatch,
  unmodified,
} from '../../../../src/secrets/domain/read-preconditions.js';

const current = { uid: 'u', resourceVersion: '7' };

describe('If-Match', () => {
  it.each([
    ['the present tag', ['"u.7"']],
    ['any state', '*' as const],
    ['a list that holds it', ['"u.6"', '"u.7"']],
  ])('passes for %s', (_name, ifMatch) => {
    refuseFailedMatch(current, { ifMatch });
  });

  it.each([
    ['another state', current, ['"u.6"']],
    ['any state of what is absent', undefined, '*' as const],
  ])('is 412 for %s', (_name, state, ifMatch) => {
    expect(() => {
      refuseFailedMatch(state, { ifMatch });
    }).toThrow(expect.objectContaining({ code: 'Conflict', status: 412 }));
  });

  it('demands nothing where it is not given', () => {
    refuseFailedMatch(undefined, {});
  });
});

describe('If-None-Match', () => {
  it('finds a state unmodified only by its own tag or *', () => {
    expect(isNotModified(current, { ifNoneMatch: ['"u.7"'] })).toBe(true);
    expect(isNotModified(current, { ifNoneMatch: '*' })).toBe(true);
    expect(isNotModified(current, { ifNoneMatch: ['"u.6"'] })).toBe(false);
    expect(isNotModified(current, {})).toBe(false);
  });

  it('makes a read of the same state a check: 304, and nothing revealed', () => {
    const { value, facts, status } = unmodified(current);
    expect([value, facts, status]).toEqual([
      { etagOf: current, content: undefined },
      { action: 'secrets.check' },
      304,
    ]);
  });
});

it('preconditions of a read are the tags in its headers', () => {
  expect(readPreconditions({})).toEqual({ ifMatch: undefined, ifNoneMatch: undefined });
  const headers = { 'if-match': '"u.1"', 'if-none-match': '*' };
  expect(readPreconditions(headers)).toEqual({ ifMatch: ['"u.1"'], ifNoneMatch: '*' });
});
