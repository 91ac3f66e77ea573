import type { SecretValue } from '../../core/secret-value.js';
import { RunStopped } from '../domain/run-stopped.js';

/** A value that must be text, such as a user's name or a certificate. Throws RunStopped. */
export function textOf(value: SecretValue | undefined, secretName: string): string {
  const text = value?.revealText();
  if (text !== undefined) return text.trim();
  throw new RunStopped('ReferencedSecretMissing', `a value of Secret ${secretName} is not text`);
}

/** A name that is compared; undefined: it is no text. */
export function nameOf(value: SecretValue): string | undefined {
  return value.revealText()?.trim();
}
