import { describe, expect, test } from 'vitest';
import {
  alphabetOf,
  passwordProblems,
} from '../../../../../src/rotation/domain/generated/password-rules.js';
import type { PasswordRules } from '../../../../../src/rotation/domain/rotation-spec.js';
import { passwordRules } from './generated.builder.js';

const lettersButA = 'bcdefghijklmnopqrstuvwxyz';

describe('the alphabet of a password', () => {
  test('is that of its classes and what is allowed, each once, without what is forbidden', () => {
    const rules = passwordRules({ classes: ['digits', 'digits'], allow: '9--ab', forbid: '01a' });
    expect(alphabetOf(rules).characters.join('')).toBe('23456789-b');
  });

  test('has symbols that neither a shell nor JSON takes for the end of a text', () => {
    const { characters } = alphabetOf(passwordRules({ classes: ['symbols'] }));
    expect(characters).toHaveLength(28);
    expect(characters.filter((character) => '\'"`\\ '.includes(character))).toEqual([]);
  });
});

describe('rules for passwords', () => {
  test.each<[string, Partial<PasswordRules>, number]>([
    ['digits', { classes: ['digits'] }, 39],
    ['hexadecimal digits', { classes: ['digits'], allow: 'abcdef' }, 32],
    ['letters and digits', {}, 22],
    ['everything', { classes: ['lower', 'upper', 'digits', 'symbols'] }, 20],
    ['what is allowed alone', { classes: [], allow: '01' }, 128],
  ])('with %s take no less than 128 bits, and say how long that is', (_, rules, lengthMin) => {
    expect(passwordProblems(passwordRules({ ...rules, length: lengthMin }))).toEqual([]);
    expect(passwordProblems(passwordRules({ ...rules, length: lengthMin - 1 }))).toEqual([
      {
        pointer: '/length',
        reason:
          `must be from ${lengthMin}, which gives 128 bits of entropy with these characters, ` +
          'to 512',
      },
    ]);
  });

  test('refuse a length without an end', () => {
    expect(placesOf({ length: 512 })).toEqual([]);
    expect(placesOf({ length: 513 })).toEqual(['/length']);
    expect(placesOf({ length: Number.NaN })).toEqual(['/length']);
  });

  test('refuse characters that are too few for any length', () => {
    expect(placesOf({ classes: ['digits'], forbid: '012345678' })).toEqual(['/length']);
  });

  test('count only passwords that have one of each class', () => {
    const symbols = ` !"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`;
    const forbid = `${lettersButA}${lettersButA.toUpperCase()}123456789`;
    expect(36 ** 25).toBeGreaterThan(2 ** 128);
    expect(placesOf({ allow: `aA0${symbols}`, classes: [], length: 25 })).toEqual([]);
    expect(placesOf({ allow: symbols, forbid, length: 25 })).toEqual(['/length']);
    expect(placesOf({ allow: symbols, forbid, length: 26 })).toEqual([]);
  });

  test('refuse an alphabet without characters, and a class of which nothing is left', () => {
    expect(placesOf({ classes: [] })).toEqual(['/classes']);
    expect(placesOf({ classes: [], allow: 'ab', forbid: 'ba' })).toEqual(['/length']);
    expect(placesOf({ forbid: '0123456789' })).toEqual(['/forbid']);
  });

  test('refuse characters that programs turn into others', () => {
    expect(placesOf({ allow: ' \'"\\`' })).toEqual([]);
    expect(placesOf({ allow: 'é' })).toEqual(['/allow']);
    expect(placesOf({ allow: '\n' })).toEqual(['/allow']);
  });
});

function placesOf(rules: Partial<PasswordRules>): readonly string[] {
  return passwordProblems(passwordRules(rules)).map(({ pointer }) => pointer);
}
