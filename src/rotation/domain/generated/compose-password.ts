import { rotationLimits } from '../../../core/rotation-limits.js';
import type { PasswordRules } from '../rotation-spec.js';
import { alphabetOf } from './password-rules.js';

/**
 * One of the passwords that keep the rules, each as likely as any other: whole ones are drawn
 * until one has a character of each class. `randomBelow` gives a whole number from 0 to below its
 * argument. Undefined where the rules are such that none was found (see passwordProblems).
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
