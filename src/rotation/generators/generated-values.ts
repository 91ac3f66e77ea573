import { Buffer } from 'node:buffer';
import { SecretValue } from '../../core/secret-value.js';

/** What a generator made, by key of the Secret. */
export type GeneratedValues = readonly (readonly [key: string, value: SecretValue])[];

/** A text of a generator, which may be stored under no key. */
export function valueAt(key: string | undefined, text: string): GeneratedValues {
  return key === undefined ? [] : [[key, SecretValue.fromBytes(Buffer.from(text, 'utf8'))]];
}
