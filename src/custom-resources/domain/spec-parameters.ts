import { ruled, secretNamePattern } from '../../secrets/domain/parameter-schemas.js';
import { secretNameReason } from '../../secrets/domain/names.js';

/** Errors of a write of a spec. */
export const writeProblems = [
  'Invalid',
  'NotFound',
  'AlreadyExists',
  'Conflict',
  'OutcomeUnknown',
] as const;
export const deleteProblems = ['NotFound', 'Invalid', 'Conflict', 'OutcomeUnknown'] as const;

/** Returns the schema of the name of a custom resource. */
export function nameSchema(description: string, example: string) {
  return ruled(secretNameReason, {
    description,
    example,
    pattern: secretNamePattern,
    maxLength: 253,
  });
}
