import { expect, it } from 'vitest';
import { cursorAfterToken, positionOfToken } from '../../../../src/tokens/domain/token-cursor.js';

it('a list of tokens continues behind the token of its cursor', () => {
  const token = { id: '0aB1cD2eF3gH4iJ5', createdAt: '2026-11-30T08:00:00.123Z' };
  expect(positionOfToken(cursorAfterToken(token))).toEqual({
    createdAtMs: Date.parse(token.createdAt),
    id: token.id,
  });
});

it('a list of tokens refuses what is no cursor', () => {
  expect(() => positionOfToken('0aB1cD2eF3gH4iJ5')).toThrow('not a cursor of this API');
});
