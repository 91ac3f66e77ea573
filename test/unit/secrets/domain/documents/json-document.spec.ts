import { describe, expect, it } from 'vitest';
import { found, json, put, removed, text } from './document.builder.js';

describe('a member of a JSON document', () => {
  const document = '{"db": {"password": "p\\u0061ss", "port": 5432, "a/b": null}, "hosts": ["x"]}';

  it.each([
    ['/db/password', 'pass', true],
    ['/db/port', '5432', false],
    ['/db/a~1b', 'null', false],
    ['/hosts/0', 'x', true],
    ['/hosts', '["x"]', false],
  ])('is found: %s', (pointer, member, isString) => {
    expect(found('config.json', document, pointer)).toEqual([member, isString]);
  });

  it('keeps the digits of a number', () => {
    expect(found('a.json', '{"n":12345678901234567890,"m":1.10}', '/n')[0]).toHaveLength(20);
    expect(found('a.json', '{"n":1,"m":1.10}', '/m')).toEqual(['1.10', false]);
  });

  it.each(['/db/user', '/db/password/0', '/hosts/1', '/hosts/-', '/hosts/00', '/none/0'])(
    'is not found: %s',
    (pointer) => {
      expect(() => found('a.json', document, pointer)).toThrow(/not found/);
    },
  );

  it('is replaced, and every other byte stays', () => {
    const before = '{\n  "a" : 1.10 ,\n  "b": "old", "c":[ 1,2 ]\n}\n';
    expect(put('a.json', before, '/b', text('n"ew'))).toBe(before.replace('old', 'n\\"ew'));
    expect(put('a.json', before, '/c/1', json({ d: true }))).toContain('"a" : 1.10 ,');
  });

  it('is added to an object, and to the end of an array', () => {
    expect(JSON.parse(put('a.json', '{"a":{}}', '/a/b', text('x')) ?? '')).toEqual({
      a: { b: 'x' },
    });
    expect(JSON.parse(put('a.json', '{"a":[1]}', '/a/-', json(2)) ?? '')).toEqual({ a: [1, 2] });
    expect(JSON.parse(put('a.json', '{"a":[1]}', '/a/1', json(2)) ?? '')).toEqual({ a: [1, 2] });
  });

  it('is added and removed without a change elsewhere', () => {
    const lines = '{\n  "a" : [ 1,2 ] ,\n  "b": {\n    "c": "d"\n  }\n}\n';
    expect(put('a.json', lines, '/b/e', text('f'))).toBe(
      lines.replace('"d"', '"d",\n    "e": "f"'),
    );
    expect(put('a.json', lines, '/a/-', json({ x: [3] }))).toBe(
      lines.replace('1,2', '1,2,{"x":[3]}'),
    );
    expect(removed('a.json', lines, '/b/c')).toBe(lines.replace('"c": "d"', ''));
    expect(removed('a.json', '{ "a": 1, "b" :2 }', '/a')).toBe('{ "b" :2 }');
    expect(put('a.json', '{"a": 1}', '/b', text('x'))).toBe('{"a": 1,"b": "x"}');
  });

  it.each(['/a/b/c', '/a/2', '/b/-/x'])('is not added without its parent: %s', (pointer) => {
    expect(() => put('a.json', '{"a":[1],"b":[]}', pointer, text('x'))).toThrow(/not found/);
  });

  it('is removed', () => {
    expect(JSON.parse(removed('a.json', '{"a":[1,2],"b":3}', '/a/0') ?? '')).toEqual({
      a: [2],
      b: 3,
    });
    expect(JSON.parse(removed('a.json', '{"a":[1,2],"b":3}', '/b') ?? '')).toEqual({ a: [1, 2] });
    expect(() => removed('a.json', '{"a":1}', '/c')).toThrow(/not found/);
  });

  it('may have the name __proto__', () => {
    expect(found('a.json', '{"__proto__":{"x":"y"}}', '/__proto__/x')).toEqual(['y', true]);
    expect(put('a.json', '{}', '/__proto__', text('x'))).toContain('"__proto__"');
    expect(() => found('a.json', '{}', '/toString')).toThrow(/not found/);
  });

  it.each(['1e400', '-0', '0.12345678901234567890', '1.10', '12345678901234567890'])(
    'is the number that was sent: %s',
    (number) => {
      expect(put('a.json', '{"a":1}', '/a', { kind: 'json', text: number })).toBe(
        `{"a":${number}}`,
      );
    },
  );
});
