import { describe, expect, it } from 'vitest';
import { kubectlLimits } from '../../../../src/core/kubectl-limits.js';
import {
  canonicalQuery,
  isTrue,
  parameter,
  watchSeconds,
  withParameter,
  withoutParameter,
} from '../../../../src/kubectl/domain/query.js';

const badRequest = (part: string) =>
  expect.objectContaining({ code: 'BadRequest', message: expect.stringContaining(part) });

describe('a query', () => {
  it.each([
    ['', []],
    ['&', []],
    ['watch', [['watch', '']]],
    ['watch=', [['watch', '']]],
    ['=x', [['', 'x']]],
    ['a=b=c', [['a', 'b=c']]],
    ['?watch=true', [['?watch', 'true']]],
    ['a=1+2%2B3', [['a', '1 2+3']]],
    ['a=%3B', [['a', ';']]],
    ['a=%EF%BB%BFx', [['a', '\ufeffx']]],
    ['a=%F0%9F%98%80', [['a', '\u{1f600}']]],
    ['%77atch=1', [['watch', '1']]],
    ['__proto__=1', [['__proto__', '1']]],
    [
      'dryRun=All&dryRun=All&b',
      [
        ['dryRun', 'All'],
        ['dryRun', 'All'],
        ['b', ''],
      ],
    ],
  ])('is read as Go reads it: %j', (rawQuery, query) => {
    expect(canonicalQuery(rawQuery)).toEqual(query);
  });

  it.each([
    ['watch=1;x=1', 'semicolon'],
    ['watch;x=1', 'semicolon'],
    ['a=%', 'malformed'],
    ['a=%4', 'malformed'],
    ['a=%zz', 'malformed'],
    ['%=a', 'malformed'],
    ['a=%E2%82&b=%AC', 'malformed'],
    ['a=%FF', 'malformed'],
    ['a=%ED%A0%80', 'malformed'],
    ['a=%C0%AF', 'malformed'],
    ['a=\u00fc', 'percent-encoded'],
    ['a=\u0001', 'percent-encoded'],
    ['a= b', 'percent-encoded'],
  ])('is refused where Go would drop or change a part of it: %j', (rawQuery, message) => {
    expect(() => canonicalQuery(rawQuery)).toThrow(badRequest(message));
  });

  it.each([
    ['watch=1&watch=0', 'watch'],
    ['watch&x=1&%77atch=0', 'watch'],
    ['limit=1&limit=1', 'limit'],
    ['continue=a&continue=b', 'continue'],
    ['fieldSelector=a%3Db&fieldSelector=', 'fieldSelector'],
    ['labelSelector=a&labelSelector=b', 'labelSelector'],
    ['resourceVersion=0&resourceVersion=5', 'resourceVersion'],
    ['resourceVersionMatch=a&resourceVersionMatch=b', 'resourceVersionMatch'],
    ['timeoutSeconds=1&timeoutSeconds=2', 'timeoutSeconds'],
    ['fieldManager=a&fieldManager=b', 'fieldManager'],
    ['fieldValidation=Warn&fieldValidation=Strict', 'fieldValidation'],
    ['force=true&force=false', 'force'],
    ['allowWatchBookmarks=1&allowWatchBookmarks=1', 'allowWatchBookmarks'],
    ['sendInitialEvents=1&sendInitialEvents=0', 'sendInitialEvents'],
    ['includeObject=None&includeObject=Object', 'includeObject'],
    ['pretty=1&pretty=0', 'pretty'],
  ])('is refused where it says twice what is read once: %s', (rawQuery, name) => {
    expect(() => canonicalQuery(rawQuery)).toThrow(badRequest(`${name} is given more than once`));
  });

  it('has so many parameters, and no more', () => {
    const countMax = kubectlLimits.kubectlQueryParametersMax;
    expect(canonicalQuery('a&'.repeat(countMax))).toHaveLength(countMax);
    expect(() => canonicalQuery('a&'.repeat(countMax + 1))).toThrow(badRequest(`${countMax}`));
  });

  it('is never quoted by a refusal', () => {
    expect(() => canonicalQuery('password=hunter2&x=%')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});

describe('a parameter', () => {
  const query = [
    ['a', '1'],
    ['b', '2'],
    ['a', '3'],
  ] as const;

  it('is its first value', () => {
    expect(parameter(query, 'a')).toBe('1');
    expect(parameter(query, 'A')).toBeUndefined();
    expect(parameter(query, 'constructor')).toBeUndefined();
  });

  it('replaces all of its name, and leaves the others', () => {
    expect(withParameter(query, 'a', '9')).toEqual([
      ['b', '2'],
      ['a', '9'],
    ]);
    expect(withParameter([], 'a', '')).toEqual([['a', '']]);
  });

  it('is taken out with all of its values', () => {
    expect(withoutParameter(query, 'a')).toEqual([['b', '2']]);
    expect(withoutParameter(query, 'c')).toEqual(query);
  });
});

describe('a flag', () => {
  it.each(['', '1', 'true', 'no', 'f', '00', ' false', 'falsey', '0 '])('is set by %j', (value) => {
    expect(isTrue([['watch', value]], 'watch')).toBe(true);
  });

  it.each(['0', 'false', 'FALSE', 'False', 'fal\u017fe'])('is not set by %j', (value) => {
    expect(isTrue([['watch', value]], 'watch')).toBe(false);
  });

  it('is not set where it is absent', () => {
    expect(isTrue([['allowWatchBookmarks', 'true']], 'watch')).toBe(false);
  });
});

describe('a watch', () => {
  it.each([
    ['1', 1],
    ['599', 599],
    ['+30', 30],
    ['0030', 30],
  ])('ends when its client says, if that is sooner: %s', (value, seconds) => {
    expect(watchSeconds([['timeoutSeconds', value]], 600)).toBe(seconds);
  });

  it.each(['600', '601', '9'.repeat(400), '0', '-1', '', '30s', '1e3', '0x10', ' 30', '1.5'])(
    'ends when the gateway says otherwise: %s',
    (value) => {
      expect(watchSeconds([['timeoutSeconds', value]], 600)).toBe(600);
    },
  );

  it('ends when the gateway says where its client says nothing', () => {
    expect(watchSeconds([], 600)).toBe(600);
  });
});
