import { isUnrecorded } from '../../audit/audit-not-written.js';
import { errorTable } from '../../core/errors/error-table.js';
import type { SallyportError } from '../../core/errors/sallyport-error.js';

export interface ProblemIds {
  readonly requestId: string;
  readonly auditId: string;
}

/** The audit id under which an error can be looked up; nothing where no event tells of it. */
export function auditIdShown(
  error: SallyportError,
  ofRequest: string,
): { readonly auditId?: string } {
  if (error.auditId !== undefined) return error.auditId === null ? {} : { auditId: error.auditId };
  // Of a write whose outcome is not on record the intent is.
  return isUnrecorded(error) && error.code !== 'OutcomeUnknown' ? {} : { auditId: ofRequest };
}

/** An error as RFC 9457 `application/problem+json`: API.md section 6. */
export function toProblem(error: SallyportError, ids: ProblemIds): Record<string, unknown> {
  return {
    type: `https://sallyport.dev/errors#${error.code}`,
    title: errorTable[error.code].title,
    status: error.status,
    code: error.code,
    detail: error.message,
    requestId: ids.requestId,
    ...auditIdShown(error, ids.auditId),
    ...(error.errors.length > 0 ? { errors: error.errors } : {}),
    ...error.members,
  };
}
