import { Buffer } from 'node:buffer';
import type { Randomness } from '../../../core/randomness.js';
import { SecretValue } from '../../../core/secret-value.js';
import type { SingleValueGenerator } from '../rotation-spec.js';
import { composePassword } from './compose-password.js';

/**
 * Returns a new value. Undefined if the rules of a password allow none to be found, which rules
 * without singleValueProblems never do.
 */
export function makeSingleValue(
  generator: SingleValueGenerator,
  randomness: Randomness,
): SecretValue | undefined {
  switch (generator.kind) {
    case 'password': {
      const password = composePassword(generator.password, randomness.below);
      return password === undefined ? undefined : SecretValue.fromText(password);
    }
    case 'bytes': {
      const { sizeBytes, encoding } = generator.bytes;
      const bytes = randomness.bytes(sizeBytes);
      if (encoding === 'raw') return SecretValue.fromBytes(bytes);
      return SecretValue.fromText(Buffer.from(bytes).toString(encoding));
    }
    case 'uuid':
      return SecretValue.fromText(randomness.uuid());
  }
}
