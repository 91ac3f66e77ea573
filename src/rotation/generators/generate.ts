import { systemRandomness } from '../../core/randomness.js';
import type { SecretValue } from '../../core/secret-value.js';
import { makeSingleValue } from '../domain/generated/make-single-value.js';
import type { GeneratedKey, SingleValueGenerator } from '../domain/rotation-spec.js';
import { makeCertificate } from './certificate.js';
import type { GeneratedValues } from './generated-values.js';
import { GeneratorFault } from './generator-fault.js';
import { makeJwks } from './jwks.js';
import { makeKeyPair } from './key-pair.js';
import { renderTemplate } from './render-template.js';
import type { CaSecret } from './signing-authority.js';
import { makeSshKeyPair } from './ssh-key-pair.js';

export { GeneratorFault } from './generator-fault.js';

export interface GenerateInput {
  readonly generate: readonly GeneratedKey[];
  /** Names that templates may use in addition to generated keys, such as host and database. */
  readonly facts: Readonly<Record<string, string>>;
  /** Current values of the Secret by key, for the overlap of JWK sets. */
  readonly current: ReadonlyMap<string, SecretValue>;
  /** Reads `tls.crt` and `tls.key` of another Secret; its errors are passed through. */
  readonly readCa: (secretName: string) => Promise<CaSecret>;
  readonly nowMs: number;
}

/**
 * Returns new values by key of the Secret: the private parts and what belongs to them, as public
 * keys and certificates (see generatedKeyNames). The rules must have passed generatorProblems.
 * Throws GeneratorFault.
 */
export async function generateValues(
  input: GenerateInput,
): Promise<ReadonlyMap<string, SecretValue>> {
  const values = new Map<string, SecretValue>();
  // In sequence: keys for RSA would fill the pool of threads, which others need.
  for (const generated of input.generate) {
    for (const [key, value] of await madeBy(generated, input)) values.set(key, value);
  }
  const texts = input.generate.flatMap(({ key, generator }) => {
    if (generator.kind !== 'template') return [];
    return [
      [key, renderTemplate(key, generator.template, { values, facts: input.facts })] as const,
    ];
  });
  return new Map([...values, ...texts]);
}

async function madeBy(
  { key, generator }: GeneratedKey,
  input: GenerateInput,
): Promise<GeneratedValues> {
  switch (generator.kind) {
    case 'password':
    case 'bytes':
    case 'uuid':
      return singleValueAt(key, generator);
    case 'keyPair':
      return makeKeyPair(key, generator.keyPair);
    case 'sshKeyPair':
      return makeSshKeyPair(key, generator.sshKeyPair);
    case 'certificate':
      return makeCertificate(key, generator.certificate, input);
    case 'jwks':
      return makeJwks(key, generator.jwks, input.current.get(generator.jwks.publicKeySet));
    case 'template':
      // Render it once everything that it may use exists.
      return [];
  }
}

function singleValueAt(key: string, generator: SingleValueGenerator): GeneratedValues {
  const value = makeSingleValue(generator, systemRandomness);
  if (value === undefined) {
    throw new GeneratorFault(key, 'no password has a character of each class');
  }
  return [[key, value]];
}
