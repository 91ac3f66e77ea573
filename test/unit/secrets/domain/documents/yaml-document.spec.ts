import { describe, expect, it } from 'vitest';
import { found, json, put, removed, text } from './document.builder.js';

describe('a member of a YAML document', () => {
  const document = [
    '# kept',
    'db:',
    '  password: "pass"  # why',
    '  port: 5432',
    '  1: one',
    'hosts: [x, &y z]',
    '',
  ].join('\n');

  it.each([
    ['/db/password', 'pass', true],
    ['/db/port', '5432', false],
    ['/db/1', 'one', true],
    ['/hosts/1', 'z', true],
    ['/hosts', '["x","z"]', false],
  ])('is found: %s', (pointer, member, isString) => {
    expect(found('config.yaml', document, pointer)).toEqual([member, isString]);
  });

  it('is replaced, and comments stay', () => {
    const after = put('config.yml', document, '/db/password', text('new'));
    expect(after).toBe(
      document.replace('pass"', 'new"').replace('  #', ' #').replace('[x, &y z]', '[ x, &y z ]'),
    );
  });

  it.each([
    '5',
    'true',
    'null',
    '',
    ' x',
    'a: b',
    '# c',
    '- d',
    'two\nlines\n',
    '\u0007',
    '=',
    '~',
  ])('is a string if it was given as one: %j', (value) => {
    const after = put('a.yaml', 'a: plain\nb: 1\n', '/a', text(value)) ?? '';
    expect(found('a.yaml', after, '/a')).toEqual([value, true]);
    expect(found('a.yaml', after, '/b')).toEqual(['1', false]);
  });

  it('is added and removed', () => {
    expect(put('a.yaml', 'a: {}\n', '/a/b', json([1, { c: null }]))).toBe(
      'a: { b: [ 1, { c: null } ] }\n',
    );
    expect(put('a.yaml', 'a:\n  - 1\n', '/a/-', text('2'))).toBe('a:\n  - 1\n  - "2"\n');
    expect(removed('a.yaml', 'a: 1\nb: 2 # c\n', '/a')).toBe('b: 2 # c\n');
  });

  it('is read through an alias, and not changed beside one', () => {
    const shared = 'a: &a { b: c }\nd: *a\n';
    expect(found('a.yaml', shared, '/d/b')).toEqual(['c', true]);
    expect(() => put('a.yaml', shared, '/d/b', text('x'))).toThrow(/aliases/);
    expect(() => removed('a.yaml', shared, '/a')).toThrow(/aliases/);
  });

  it('keeps large integers, and refuses what JSON cannot have', () => {
    const large = 'a: 12345678901234567890\nb: [12345678901234567890]\nc: [.inf]\n';
    expect(found('a.yaml', large, '/a')).toEqual(['12345678901234567890', false]);
    expect(() => found('a.yaml', large, '/b')).toThrow(/too many digits/);
    expect(() => found('a.yaml', large, '/c')).toThrow(/JSON does not have/);
  });
});
