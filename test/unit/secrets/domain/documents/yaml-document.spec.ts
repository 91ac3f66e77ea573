import { describe, expect, it } from 'vitest';
import { found, json, put, removed, text } from './document.builder.js';

describe('a member of a YAML document', () => {
  const document = [
    '# kept',
    'db:',
    '  password: "pass"  # why',
    '  port: 5432',
    '  mode: 0777',
    '  1: one',
    '  block: |',
    '    two',
    '    lines',
    'hosts: [x, y]',
    'empty:',
    '',
  ].join('\n');

  it.each([
    ['/db/password', 'pass', true],
    ['/db/port', '5432', false],
    ['/db/1', 'one', true],
    ['/db/block', 'two\nlines\n', true],
    ['/hosts/1', 'y', true],
    ['/hosts', '["x","y"]', false],
    ['/empty', 'null', false],
  ])('is found: %s', (pointer, member, isString) => {
    expect(found('config.yaml', document, pointer)).toEqual([member, isString]);
  });

  it.each([
    ['/db/password', 'x', '"pass"', '"x"'],
    ['/db/mode', 'x', '0777', '"x"'],
    ['/db/block', 'x', '|\n    two\n    lines\n', '"x"\n'],
    ['/hosts/0', 'x', '[x, y]', '["x", y]'],
    ['/hosts/-', 'x', '[x, y]', '[x, y, "x"]'],
    ['/empty', 'x', 'empty:', 'empty: "x"'],
    ['/db/user', 'x', 'password:', '"user": "x"\n  password:'],
  ])('is replaced or added, and every other byte stays: %s', (pointer, value, from, to) => {
    const after = put('config.yml', document, pointer, text(value));
    expect(after).toBe(document.replace(from, to));
  });

  it.each([
    ...['5', 'true', 'null', '', ' x', 'a: b', '# c', '- d', 'two\nlines\n', '\u0007', '=', '~'],
    ...['no', 'off', '12:30:45', '2026-01-01', '1_000', '<<', '\u2028', '\ufeff', '\u0085', '\\'],
  ])('is a string for each reader if it was given as one: %j', (value) => {
    const after = put('a.yaml', 'a: plain\nb: 1\n', '/a', text(value)) ?? '';
    expect(after).toMatch(/^a: "[ -~]*"\nb: 1\n$/);
    expect(found('a.yaml', after, '/a')).toEqual([value, true]);
  });

  it('can be JSON', () => {
    const after = put('a.yaml', 'a: { }\n', '/a/b', json([1, { c: null }])) ?? '';
    expect(after).toBe('a: { "b": [1,{"c":null}]}\n');
    expect(found('a.yaml', after, '/a/b')).toEqual(['[1,{"c":null}]', false]);
  });

  it.each([
    ['a:\n  b: c\n', '/a', 'a YAML block'],
    ['a:\n  - b\n', '/a/-', 'nothing is added'],
    ['a: [ # c\n  b ]\n', '/a/-', 'nothing is added'],
  ])('is not changed where the text around it is not certain: %j %s', (yaml, pointer, why) => {
    expect(() => put('a.yaml', yaml, pointer, text('x'))).toThrow(why);
  });

  it('is not removed', () => {
    expect(() => removed('a.yaml', 'a: 1\n', '/a')).toThrow(/alone/);
    expect(() => removed('a.yaml', 'a: 1\n', '/b')).toThrow(/not found/);
  });

  it.each([
    'a: &a { b: c }\nd: *a\n',
    'a: &a { a: *a }\n',
    'a: !!str 5\n',
    'a: !own x\n',
    '%YAML 1.1\n---\na: no\n',
    '%TAG ! x\n---\na: no\n',
  ])('is refused where readers differ: %j', (yaml) => {
    expect(() => found('a.yaml', yaml, '/a')).toThrow(/aliases|tags|directives/);
    expect(() => put('a.yaml', yaml, '/a', text('x'))).toThrow(/aliases|tags|directives/);
  });

  it.each(['0777', '0x1F', '.inf', '1_0', '+1', '01', '1.'])(
    'is no number that readers read differently: %s',
    (number) => {
      const yaml = `a: ${number}\nb: [${number}]\n`;
      const read = () => [found('a.yaml', yaml, '/a'), found('a.yaml', yaml, '/b')];
      if (number === '1_0') expect(read()[0]).toEqual(['1_0', true]);
      else expect(read).toThrow(/JSON does not have/);
    },
  );

  it('keeps all digits of a number', () => {
    const yaml = 'a: 12345678901234567890\nb: 1.10\nc: [12345678901234567890]\nd: [1e400]\n';
    expect(found('a.yaml', yaml, '/a')).toEqual(['12345678901234567890', false]);
    expect(found('a.yaml', yaml, '/b')).toEqual(['1.10', false]);
    expect(() => found('a.yaml', yaml, '/c')).toThrow(/too many digits/);
    expect(() => found('a.yaml', yaml, '/d')).toThrow(/JSON does not have/);
  });
});
