import { randomInt } from 'node:crypto';

const CHARACTERS =
  `'"\\\\%$@:/#? -` + 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const LENGTH = 24;

/** Passwords of threats.md G10, every other one with a leading `-`. */
export function randomPasswords(count: number): readonly string[] {
  return Array.from({ length: count }, (_none, index) => {
    const random = Array.from({ length: LENGTH }, () => CHARACTERS[randomInt(CHARACTERS.length)]);
    return `${index % 2 === 0 ? '-' : ''}${random.join('')}`;
  });
}
