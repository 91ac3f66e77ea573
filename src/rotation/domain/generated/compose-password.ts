import { rotationLimits } from '../../../core/rotation-limits.js';
import type { PasswordRules } from '../rotation-spec.js';
import { alphabetOf } from './password-rules.js';

/**
 * Returns a password that satisfies the rules; each such password is equally likely. Draws whole
 * passwords until one has a character of each class. `randomBelow` returns a whole number from 0 to
 * below its argument. Undefined if the rules allow no password to be found (see passwordProblems).
 */
export function composePassword(
  rules: PasswordRules,
  randomBelow: (bound: number) => number,
): string | undefined {
  const { characters, classes } = alphabetOf(rules);
  if (characters.length === 0) return undefined;
  for (let draw = 0; draw < rotationLimits.passwordDrawsMax; draw += 1) {
    const drawn = Array.from(
      { length: rules.length },
      () => characters[randomBelow(characters.length)] ?? '',
    );
    if (classes.every((wanted) => drawn.some((character) => wanted.has(character)))) {
      return drawn.join('');
    }
  }
  return undefined;
}
