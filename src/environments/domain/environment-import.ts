import { secretNameReason } from '../../secrets/domain/names.js';
import { ruled, secretNamePattern } from '../../secrets/domain/parameter-schemas.js';

const PREFIX = 'secretimports/';

/** Source of an environment's values: another environment, or all keys of a SecretImport. */
export interface EnvironmentImport {
  readonly kind: 'SecretEnvironment' | 'SecretImport';
  readonly name: string;
}

/** Entry of `imports`: the name of an environment, or `secretimports/NAME`, as kubectl has it. */
export const environmentImportSchema = ruled(
  (text) => secretNameReason(environmentImportOf(text).name),
  {
    description: 'Name of an environment, or `secretimports/NAME` for all keys of an import.',
    example: 'base',
    pattern: secretNamePattern.replace('^', `^(${PREFIX})?`),
    maxLength: PREFIX.length + 253,
  },
);

/** Returns what an entry of `imports` names. */
export function environmentImportOf(text: string): EnvironmentImport {
  return text.startsWith(PREFIX)
    ? { kind: 'SecretImport', name: text.slice(PREFIX.length) }
    : { kind: 'SecretEnvironment', name: text };
}
