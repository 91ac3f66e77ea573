import type { FieldError } from '../../../core/errors/sallyport-error.js';
import { rotationLimits } from '../../../core/rotation-limits.js';
import type { CharacterClass, PasswordRules } from '../rotation-spec.js';

/** Punctuation of ASCII without quotes and backslash, which `allow` can add. */
const charactersOf: Readonly<Record<CharacterClass, string>> = {
  lower: 'abcdefghijklmnopqrstuvwxyz',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digits: '0123456789',
  symbols: '!#$%&()*+,-./:;<=>?@[]^_{|}~',
};
/** Minimum fraction of all passwords of these characters that have one of each class. */
const CHANCE_MIN = 0.01;
/** Tolerated missing bits: 32 hexadecimal digits suffice, although one must be a digit. */
const TOLERANCE_BITS = 0.01;

export interface Alphabet {
  /** Each character once. */
  readonly characters: readonly string[];
  /** Allowed characters of each class: a password has at least one of each class. */
  readonly classes: readonly ReadonlySet<string>[];
}

/** Returns the characters of passwords under these rules. */
export function alphabetOf(rules: PasswordRules): Alphabet {
  const forbidden = new Set(rules.forbid);
  const left = (characters: string): readonly string[] =>
    Array.from(characters).filter((character) => !forbidden.has(character));
  const classes = [...new Set(rules.classes)].map((name) => left(charactersOf[name]));
  const characters = new Set([...classes.flat(), ...left(rules.allow)]);
  return {
    characters: [...characters],
    classes: classes.map((characterClass) => new Set(characterClass)),
  };
}

/** Returns faults of rules: unsatisfiable, or too easy to guess. Pointers start at the rules. */
export function passwordProblems(rules: PasswordRules): readonly FieldError[] {
  if (!/^[\x20-\x7e]*$/.test(rules.allow)) {
    return [{ pointer: '/allow', reason: 'must be printable characters of ASCII' }];
  }
  if (rules.classes.length === 0 && rules.allow === '') {
    return [{ pointer: '/classes', reason: 'must name a class where allow names no characters' }];
  }
  const alphabet = alphabetOf(rules);
  if (alphabet.classes.some(({ size }) => size === 0)) {
    return [{ pointer: '/forbid', reason: 'must leave at least one character of each class' }];
  }
  const reason = lengthReason(rules.length, alphabet);
  return reason === undefined ? [] : [{ pointer: '/length', reason }];
}

function lengthReason(length: number, alphabet: Alphabet): string | undefined {
  const { passwordCharactersMax, passwordEntropyBitsMin } = rotationLimits;
  const lengthMin = minimumLength(alphabet);
  if (lengthMin === undefined) {
    return (
      `must be more than ${passwordCharactersMax} to give ${passwordEntropyBitsMin} bits of ` +
      'entropy with so few characters, which is too long: allow more characters'
    );
  }
  if (length >= lengthMin && length <= passwordCharactersMax) return undefined;
  return (
    `must be from ${lengthMin}, which gives ${passwordEntropyBitsMin} bits of entropy with ` +
    `these characters, to ${passwordCharactersMax}`
  );
}

/** Returns the shortest length with enough passwords; undefined if no permitted length has. */
function minimumLength(alphabet: Alphabet): number | undefined {
  const bitsMin = rotationLimits.passwordEntropyBitsMin - TOLERANCE_BITS;
  for (let length = 1; length <= rotationLimits.passwordCharactersMax; length += 1) {
    const chance = chanceOfAllClasses(alphabet, length);
    const bits = length * Math.log2(alphabet.characters.length) + Math.log2(chance);
    if (chance >= CHANCE_MIN && bits >= bitsMin) return length;
  }
  return undefined;
}

/**
 * Returns the fraction of texts of this length that have a character of each class. It subtracts
 * texts that lack one class, adds texts that lack two, and so on (inclusion and exclusion).
 */
function chanceOfAllClasses({ characters, classes }: Alphabet, length: number): number {
  let lacking = [{ sign: 1, size: 0 }];
  for (const { size: more } of classes) {
    lacking = lacking.flatMap(({ sign, size }) => [
      { sign, size },
      { sign: -sign, size: size + more },
    ]);
  }
  const total = characters.length;
  return lacking.reduce((sum, { sign, size }) => sum + sign * (1 - size / total) ** length, 0);
}
