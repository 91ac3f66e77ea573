import type { FieldError } from '../../core/errors/sallyport-error.js';
import { pointerTo } from '../../secrets/domain/json-pointer.js';
import type { Finding } from '../../secrets/domain/secret-checks.js';

/** Finding without the facts of its schema. */
export type Violation = Pick<Finding, 'keys' | 'annotation' | 'error'>;

export const NOT_CHECKED = 'is not checked: the checks of the Secret take too long';

/** Returns a violation of a rule that reads these keys, at one of them or at all data. */
export function violation(
  keys: readonly string[] | undefined,
  key: string | undefined,
  reason: string,
): Violation & { readonly error: FieldError } {
  const pointer = key === undefined ? '/data' : pointerTo('data', key);
  return { keys, error: { pointer, reason } };
}
