import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import { jsonTokens } from '../../../src/core/json-tokens.js';

const bounds = { levelsMax: 8, membersMax: 100 };
const tokensOf = (text: string, more: Partial<typeof bounds> = {}) =>
  jsonTokens(Buffer.from(text), { ...bounds, ...more });

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof SallyportError ? error.code : 'another';
  }
}

/** Members and items as a parser makes them. */
function madeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members = Object.values(value);
  return members.reduce<number>((sum, one) => sum + madeOf(one), Math.max(1, members.length));
}

describe('the structure of JSON', () => {
  it('has as many members as a parser makes; an empty object or list counts as one', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const bytes = Buffer.from(text);
        const most = { levelsMax: 1_000, membersMax: 100_000 };
        const { members, starts, ends } = jsonTokens(bytes, most);
        // A name that is given twice is made once.
        expect(members).toBeGreaterThanOrEqual(madeOf(JSON.parse(text)));
        const quotes = starts.filter((start) => bytes[start] === 0x22);
        expect(quotes.length).toBe(ends.length);
        for (const [index, start] of quotes.entries()) {
          expect(
            () =>
              JSON.parse(
                text.length === bytes.length
                  ? text.slice(start, (ends[index] ?? 0) + 1)
                  : bytes.toString('utf8', start, (ends[index] ?? 0) + 1),
              ) as unknown,
          ).not.toThrow();
        }
      }),
    );
  });

  it('is bounded in members, levels, and strings that are neither', () => {
    expect(codeOf(() => tokensOf(`[${'1,'.repeat(99)}1]`))).toBeUndefined();
    expect(codeOf(() => tokensOf(`[${'1,'.repeat(100)}1]`))).toBe('TooLarge');
    expect(codeOf(() => tokensOf('{"a":'.repeat(9)))).toBe('BadRequest');
    expect(codeOf(() => tokensOf('""'.repeat(202)))).toBe('TooLarge');
  });

  it('ends where a string does not, for the parser to say so', () => {
    expect(tokensOf('["a","b')).toMatchObject({ starts: [0, 1, 4], ends: [3] });
    expect(tokensOf(String.raw`["a\"`)).toMatchObject({ starts: [0], ends: [] });
  });
});
