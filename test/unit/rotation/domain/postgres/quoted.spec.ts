import { describe, expect, it } from 'vitest';
import {
  quoteIdentifier,
  quoteLiteral,
  roleNameProblem,
} from '../../../../../src/rotation/domain/postgres/quoted.js';

describe('the name of a role', () => {
  it.each(['app', 'a"; DROP ROLE x', "it's", 'ünïcödé', 'back\\slash', ' ', 'a'.repeat(63)])(
    'may be %j',
    (name) => {
      expect(roleNameProblem(name)).toBeUndefined();
    },
  );

  it.each(['', 'a\0b', 'a'.repeat(64), 'ü'.repeat(32), 'public', 'none'])(
    'is refused, and never cut: %j',
    (name) => {
      expect(roleNameProblem(name)).toBeDefined();
    },
  );
});

describe('quoting', () => {
  it('leaves no way out of an identifier', () => {
    expect(quoteIdentifier('app')).toBe('"app"');
    expect(quoteIdentifier('a"; DROP ROLE x; --')).toBe('"a""; DROP ROLE x; --"');
    expect(quoteIdentifier('a\\"')).toBe('"a\\"""');
  });

  it('leaves no way out of a literal, with backslashes as well', () => {
    expect(quoteLiteral('plain')).toBe("'plain'");
    expect(quoteLiteral("it's")).toBe("'it''s'");
    expect(quoteLiteral("\\'; DROP")).toBe(" E'\\\\''; DROP'");
  });
});
