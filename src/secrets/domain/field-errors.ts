import { type FieldError, invalid } from '../../core/errors/sallyport-error.js';

/** Throws 422 if a rule was broken, with the first hundred positions. */
export function refuseIfAny(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(errors);
}
