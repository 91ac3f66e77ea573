import type { GeneratedKey } from '../rotation-spec.js';

/** Key of the Secret that a generator writes, and the position in the spec that says so. */
export interface WrittenKey {
  readonly name: string;
  /** Reference tokens below the entry. */
  readonly place: readonly string[];
}

/** Returns every key that these generators write, in the order of the spec. */
export function generatedKeyNames(generate: readonly GeneratedKey[]): readonly string[] {
  return generate.flatMap((generated) => writtenKeys(generated).map(({ name }) => name));
}

/** Returns the keys that one generator writes, the key of the private part first. */
export function writtenKeys(generated: GeneratedKey): readonly WrittenKey[] {
  return [{ name: generated.key, place: ['key'] }, ...publicKeys(generated)];
}

function publicKeys({ generator }: GeneratedKey): readonly WrittenKey[] {
  switch (generator.kind) {
    case 'keyPair':
      return named(generator.keyPair.publicKey, ['keyPair', 'publicKey']);
    case 'sshKeyPair':
      return named(generator.sshKeyPair.publicKey, ['sshKeyPair', 'publicKey']);
    case 'certificate':
      return [
        ...named(generator.certificate.certificateKey, ['certificate', 'certificateKey']),
        ...named(generator.certificate.caKey, ['certificate', 'caKey']),
      ];
    case 'jwks':
      return named(generator.jwks.publicKeySet, ['jwks', 'publicKeySet']);
    default:
      return [];
  }
}

function named(name: string | undefined, place: readonly string[]): readonly WrittenKey[] {
  return name === undefined ? [] : [{ name, place }];
}
