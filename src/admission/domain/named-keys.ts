import { admissionLimits } from '../../core/admission-limits.js';
import type { FieldError } from '../../core/errors/sallyport-error.js';
import { parsePointer } from '../../secrets/domain/json-pointer.js';

/** Returns the names of the first keys of a Secret that errors point at, sorted. */
export function namedKeys(errors: readonly FieldError[]): readonly string[] {
  const keys = errors.flatMap(({ pointer }) => {
    const [root, key] = parsePointer(pointer) ?? [];
    return root === 'data' && key !== undefined ? [key] : [];
  });
  return [...new Set(keys)].toSorted().slice(0, admissionLimits.recordedKeysMax);
}
