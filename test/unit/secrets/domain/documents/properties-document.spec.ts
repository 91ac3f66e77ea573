import { describe, expect, it } from 'vitest';
import { found, json, put, removed, text } from './document.builder.js';

describe('a member of properties', () => {
  const document = '# kept\ndb.password = p\\u0061ss\\\n   word\r\n! also\nempty\n';

  it('is found by its whole name', () => {
    expect(found('app.properties', document, '/db.password')).toEqual(['password', true]);
    expect(found('app.properties', document, '/empty')).toEqual(['', true]);
    expect(() => found('app.properties', document, '/db/password')).toThrow(/not found/);
  });

  it('is replaced, added and removed, and other lines stay', () => {
    expect(put('a.properties', 'a : 1\n# c\nb=2\n', '/a', text(' x\\'))).toBe(
      'a : \\ x\\\\\n# c\nb=2\n',
    );
    expect(put('a.properties', 'a=1', '/b c', text('2'))).toBe('a=1\nb\\ c=2\n');
    expect(put('a.properties', 'a\n', '/a', text('é'))).toBe('a=\\u00e9\n');
    expect(removed('a.properties', 'a=1\n# c\nb=2\n', '/a')).toBe('# c\nb=2\n');
    expect(() => put('a.properties', 'a=1', '/a', json(1))).toThrow(/strings/);
  });
});
