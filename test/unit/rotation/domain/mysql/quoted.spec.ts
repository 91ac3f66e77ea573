import { describe, expect, it } from 'vitest';
import {
  accountProblem,
  quoteAccount,
  quoteName,
  quoteText,
} from '../../../../../src/rotation/domain/mysql/quoted.js';

describe('an account', () => {
  it.each(['app', "o'hara", 'back`tick', 'a"; DROP USER x', 'back\\slash', 'ünï', ' '])(
    'may be %j',
    (user) => {
      expect(accountProblem({ user, host: '%' })).toBeUndefined();
    },
  );

  it.each([
    ['', '%'],
    ['app', ''],
    ['a\0', '%'],
    ['app', '\0'],
    ['x'.repeat(129), '%'],
    ['app', 'x'.repeat(256)],
  ])('is refused, and never cut: %j@%j', (user, host) => {
    expect(accountProblem({ user, host })).toBeDefined();
  });
});

describe('quoting', () => {
  it('leaves no way out of a name', () => {
    expect(quoteName('a`; DROP USER x; --')).toBe('`a``; DROP USER x; --`');
    expect(quoteAccount({ user: "o'`", host: '10.%' })).toBe("`o'```@`10.%`");
  });

  it('leaves no way out of a text', () => {
    expect(quoteText('plain')).toBe("'plain'");
    expect(quoteText("\\'; DROP")).toBe("'\\\\''; DROP'");
  });
});
