import type { SecretValue } from '../../core/secret-value.js';
import { hasControlCharacter } from '../domain/control-characters.js';
import { RunStopped } from '../domain/run-stopped.js';

/** Returns a value as text, such as a user's name or a certificate. Throws RunStopped. */
export function textOf(value: SecretValue | undefined, secretName: string): string {
  const text = value?.revealText();
  if (text !== undefined) return text.trim();
  throw new RunStopped('ReferencedSecretMissing', `a value of Secret ${secretName} is not text`);
}

/** Returns a user name for a login. Throws RunStopped if it has control characters. */
export function userNameOf(value: SecretValue | undefined, secretName: string): string {
  const text = textOf(value, secretName);
  if (!hasControlCharacter(text)) return text;
  const message = `the user name in Secret ${secretName} has control characters`;
  throw new RunStopped('ReferencedSecretMissing', message);
}

/** Returns a name for comparisons; undefined: it is no text. */
export function nameOf(value: SecretValue): string | undefined {
  return value.revealText()?.trim();
}
