import { describe, expect, it } from 'vitest';
import { found, json, put, removed, text } from './document.builder.js';

describe('a member of properties', () => {
  const document = '# kept\ndb.password = p\\u0061ssword\r\n! also\nempty\n';

  it('is found by its whole name', () => {
    expect(found('app.properties', document, '/db.password')).toEqual(['password', true]);
    expect(found('app.properties', document, '/empty')).toEqual(['', true]);
    expect(() => found('app.properties', document, '/db/password')).toThrow(/not found/);
  });

  it.each([
    ['a : 1\n# c\nb=2\n', '/a', ' x\\', 'a : \\ x\\\\\n# c\nb=2\n'],
    ['a=1', '/b c', '2', 'a=1\nb\\ c=2\n'],
    ['a\n', '/a', 'é', 'a=\\u00e9\n'],
    ['a b\n', '/a', '=x', 'a==x\n'],
    ['a b\r\n', '/c', ':', 'a b\r\nc=:\r\n'],
  ])('is replaced or added, and other lines stay: %j %s', (before, pointer, value, after) => {
    expect(put('a.properties', before, pointer, text(value))).toBe(after);
    expect(found('a.properties', after, pointer)).toEqual([value, true]);
  });

  it('is removed', () => {
    expect(removed('a.properties', 'a=1\n# c\nb=2\n', '/a')).toBe('# c\nb=2\n');
    expect(() => removed('a.properties', 'a=1\n', '/b')).toThrow(/not found/);
  });

  it('is a string', () => {
    expect(put('a.properties', 'a=1', '/a', json('2'))).toBe('a=2');
    expect(() => put('a.properties', 'a=1', '/a', json(1))).toThrow(/strings/);
  });

  it.each(['a=b\\\n  c\n', 'a=b\\', 'ab\\\r\n  cd=1\n', 'a=b\\\r  c\n', 'a=\\u12zz\n'])(
    'is refused where readers differ: %j',
    (properties) => {
      expect(() => found('a.properties', properties, '/a')).toThrow(/several lines|not valid/);
      expect(() => put('a.properties', properties, '/n', text('x'))).toThrow(
        /several lines|not valid/,
      );
    },
  );

  it('has backslashes of its own', () => {
    expect(found('a.properties', 'a=c:\\\\users\n', '/a')).toEqual(['c:\\users', true]);
  });
});
