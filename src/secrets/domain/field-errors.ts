import { type FieldError, invalid } from '../../core/errors/sallyport-error.js';

/** A 7 MiB body can break a rule a million times; nobody reads that many. */
const errorsReportedMax = 100;

/** Throws 422 if a rule was broken, with the first hundred places. */
export function refuseIfAny(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(errors.slice(0, errorsReportedMax));
}
