import { Buffer } from 'node:buffer';
import { SecretValue } from '../../core/secret-value.js';

/** Generated values, by key of the Secret. */
export type GeneratedValues = readonly (readonly [key: string, value: SecretValue])[];

/** Returns a generator's text as a value, if a key for it exists. */
export function valueAt(key: string | undefined, text: string): GeneratedValues {
  return key === undefined ? [] : [[key, SecretValue.fromBytes(Buffer.from(text, 'utf8'))]];
}
