import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Randomness, systemRandomness } from '../../../../../src/core/randomness.js';
import { SecretValue } from '../../../../../src/core/secret-value.js';
import { alphabetOf } from '../../../../../src/rotation/domain/generated/password-rules.js';
import { makeSingleValue } from '../../../../../src/rotation/domain/generated/make-single-value.js';
import { singleValueProblems } from '../../../../../src/rotation/domain/generated/single-value-problems.js';
import type { SingleValueGenerator } from '../../../../../src/rotation/domain/rotation-spec.js';
import { passwordRules } from './generated.builder.js';

const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 40 });
const passwords: fc.Arbitrary<SingleValueGenerator> = fc
  .record({
    length: fc.integer({ min: 16, max: 512 }),
    classes: fc.subarray(['lower', 'upper', 'digits', 'symbols'] as const),
    allow: printable,
    forbid: printable,
  })
  .map((password) => ({ kind: 'password', password }));
const bytes: fc.Arbitrary<SingleValueGenerator> = fc
  .record({
    sizeBytes: fc.integer({ min: 16, max: 1_024 }),
    encoding: fc.constantFrom('hex', 'base64', 'base64url', 'raw'),
  })
  .map((rules) => ({ kind: 'bytes', bytes: rules }));
const generators = fc
  .oneof(passwords, bytes, fc.constant<SingleValueGenerator>({ kind: 'uuid' }))
  .filter((generator) => singleValueProblems(generator).length === 0);

function keepsItsRules(generator: SingleValueGenerator, value: SecretValue): boolean {
  const text = value.revealText() ?? '';
  switch (generator.kind) {
    case 'password': {
      const { characters, classes } = alphabetOf(generator.password);
      const isAllowed = Array.from(text).every((one) => characters.includes(one));
      const hasEach = classes.every((wanted) => Array.from(text).some((one) => wanted.has(one)));
      return text.length === generator.password.length && isAllowed && hasEach;
    }
    case 'bytes': {
      const { sizeBytes, encoding } = generator.bytes;
      if (encoding === 'raw') return value.sizeBytes === sizeBytes;
      const decoded = Buffer.from(text, encoding);
      return decoded.length === sizeBytes && decoded.toString(encoding) === text;
    }
    case 'uuid':
      return /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(text);
  }
}

describe('a generated value', () => {
  it('keeps any rules without a problem', () => {
    fc.assert(
      fc.property(generators, (generator) => {
        const value = makeSingleValue(generator, systemRandomness);
        return value !== undefined && keepsItsRules(generator, value);
      }),
      { numRuns: 500 },
    );
  });

  it('is another one each time, and cannot print itself', () => {
    const made = [1, 2].map(() => makeSingleValue({ kind: 'uuid' }, systemRandomness));
    expect(made[0]).toBeInstanceOf(SecretValue);
    expect(made[0]?.revealText()).not.toBe(made[1]?.revealText());
    expect(JSON.stringify(made)).toBe('["[secret]","[secret]"]');
  });

  it('depends on the given randomness alone', () => {
    const randomness: Randomness = {
      below: () => 0,
      bytes: (sizeBytes) => new Uint8Array(sizeBytes).fill(255),
      uuid: () => 'an-id',
    };
    const textOf = (generator: SingleValueGenerator) =>
      makeSingleValue(generator, randomness)?.revealText();
    const digits = passwordRules({ length: 40, classes: ['digits'] });
    expect(textOf({ kind: 'password', password: digits })).toBe('0'.repeat(40));
    expect(textOf({ kind: 'bytes', bytes: { sizeBytes: 16, encoding: 'hex' } })).toBe(
      'ff'.repeat(16),
    );
    expect(textOf({ kind: 'uuid' })).toBe('an-id');
  });

  it('is absent if no password keeps the rules', () => {
    const password = passwordRules({ length: 2 });
    expect(makeSingleValue({ kind: 'password', password }, systemRandomness)).toBeUndefined();
  });
});
