import type { SecretValue } from '../../core/secret-value.js';
import type { SecretData } from '../../secrets/domain/secret.js';

/** Reports whether a Secret has each of these values under its key. */
export function holdsValues(data: SecretData, values: ReadonlyMap<string, SecretValue>): boolean {
  return [...values].every(([key, value]) => data.get(key)?.equals(value) === true);
}
