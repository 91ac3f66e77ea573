import { describe, expect, it } from 'vitest';
import {
  GrantSyntaxError,
  grantTokens,
  TokenReader,
} from '../../../../../src/rotation/domain/mysql/grant-tokens.js';

describe('the tokens of a grant', () => {
  it('are words, names, texts and signs, as written', () => {
    expect(grantTokens("GRANT A (`x``y`, `z`) ON `d\\_%`.* TO 'it''s\\'' ")).toEqual([
      ...['GRANT', 'A', '(', '`x``y`', ',', '`z`', ')', 'ON', '`d\\_%`', '.', '*', 'TO'],
      "'it''s\\''",
    ]);
    expect(grantTokens('MAX_STATEMENT_TIME 1.500000')).toEqual(['MAX_STATEMENT_TIME', '1.500000']);
    expect(grantTokens('')).toEqual([]);
  });

  it.each(['`open', "'open", '"quoted"', 'a -- b', 'a # b', 'a /* b */', 'a = b'])(
    'are none in %s',
    (line) => {
      expect(grantTokens(line)).toBeUndefined();
    },
  );
});

describe('a reader of tokens', () => {
  it('takes what is there, and fails at what is not', () => {
    const reader = new TokenReader(['A', 'B', 'C', 'D']);
    expect(reader.takeIf('B')).toBe(false);
    expect(reader.takeIf('A', 'B')).toBe(true);
    expect(reader.takeUntil('D')).toEqual(['C']);
    expect(() => reader.expect('E')).toThrow(GrantSyntaxError);
    expect(reader.peek()).toBe('D');
    expect(reader.take()).toBe('D');
    expect(reader.isAtEnd).toBe(true);
    expect(() => reader.take()).toThrow(GrantSyntaxError);
  });
});
