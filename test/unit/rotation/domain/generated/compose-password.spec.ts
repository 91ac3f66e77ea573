import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composePassword } from '../../../../../src/rotation/domain/generated/compose-password.js';
import { passwordProblems } from '../../../../../src/rotation/domain/generated/password-rules.js';
import type {
  CharacterClass,
  PasswordRules,
} from '../../../../../src/rotation/domain/rotation-spec.js';
import { passwordRules } from './generated.builder.js';

const patterns: Readonly<Record<CharacterClass, RegExp>> = {
  lower: /[a-z]/,
  upper: /[A-Z]/,
  digits: /[0-9]/,
  symbols: /[!-/:-@[-`{-~]/,
};
const names = Object.keys(patterns) as CharacterClass[];
const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
const anyRules: fc.Arbitrary<PasswordRules> = fc
  .record({
    length: fc.integer({ min: 16, max: 512 }),
    classes: fc.subarray(names),
    allow: printable,
    forbid: printable,
  })
  .filter((rules) => passwordProblems(rules).length === 0);
/** Beyond this with up to 9 degrees of freedom chance goes once in 10⁹. */
const CHI_SQUARE_MAX = 65;

describe('a password', () => {
  test('keeps any rules that were found possible', () => {
    fc.assert(
      fc.property(anyRules, (rules) => {
        const password = drawn(rules);
        const characters = Array.from(password);
        expect(characters).toHaveLength(rules.length);
        for (const name of rules.classes) expect(password).toMatch(patterns[name]);
        for (const character of characters) {
          const isAllowed =
            rules.allow.includes(character) ||
            rules.classes.some((name) => patterns[name].test(character));
          expect(isAllowed && !rules.forbid.includes(character)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('is any of those that keep the rules, none likelier than another', () => {
    const rules = passwordRules({ length: 2, classes: ['digits'], forbid: '23456789', allow: 'a' });
    const counts = countsOf(8_000, () => drawn(rules));
    expect([...counts.keys()].toSorted()).toEqual(['00', '01', '0a', '10', '11', '1a', 'a0', 'a1']);
    expect(chiSquare(counts, 8)).toBeLessThan(CHI_SQUARE_MAX);
  });

  test('has every character at every place alike', () => {
    const passwords = Array.from({ length: 5_000 }, () =>
      drawn(passwordRules({ length: 40, classes: ['digits'] })),
    );
    for (const place of [0, 1, 20, 39]) {
      let next = 0;
      const counts = countsOf(passwords.length, () => passwords[next++]?.[place] ?? '');
      expect(chiSquare(counts, 10)).toBeLessThan(CHI_SQUARE_MAX);
    }
    expect(new Set(passwords).size).toBe(passwords.length);
  });

  test('takes each character by one number below the size of the alphabet, as it is', () => {
    const bounds: number[] = [];
    const rules = passwordRules({ length: 39, classes: ['digits'], allow: '-' });
    const password = composePassword(rules, (bound) => bounds.push(bound) % 11);
    expect(bounds).toEqual(Array.from({ length: 39 }, () => 11));
    expect(password).toBe('123456789-0'.repeat(4).slice(0, 39));
  });

  test('is not made against rules that cannot be kept', () => {
    const without = { classes: [], allow: '' } as const;
    expect(composePassword(passwordRules(without), (bound) => randomInt(bound))).toBeUndefined();
    const short = passwordRules({ length: 2 });
    expect(composePassword(short, (bound) => randomInt(bound))).toBeUndefined();
  });
});

function drawn(rules: PasswordRules): string {
  const password = composePassword(rules, (bound) => randomInt(bound));
  if (password === undefined) throw new Error('no password was found');
  return password;
}

function countsOf(times: number, draw: () => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let time = 0; time < times; time += 1) {
    const text = draw();
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

function chiSquare(counts: ReadonlyMap<string, number>, kinds: number): number {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const expected = total / kinds;
  const unseen = (kinds - counts.size) * expected;
  return [...counts.values()].reduce(
    (sum, count) => sum + (count - expected) ** 2 / expected,
    unseen,
  );
}
