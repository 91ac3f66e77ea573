import { isUnrecorded } from '../../audit/audit-not-written.js';
import { errorTable } from '../../core/errors/error-table.js';
import type { SallyportError } from '../../core/errors/sallyport-error.js';

export interface ProblemIds {
  readonly requestId: string;
  readonly auditId: string;
}

/** Returns the audit id by which an error can be looked up; nothing if no event records it. */
export function auditIdShown(
  error: SallyportError,
  ofRequest: string,
): { readonly auditId?: string } {
  if (error.auditId !== undefined) return error.auditId === null ? {} : { auditId: error.auditId };
  // If a write's outcome is not recorded, its intent is.
  return isUnrecorded(error) && error.code !== 'OutcomeUnknown' ? {} : { auditId: ofRequest };
}

/** Renders an error as RFC 9457 `application/problem+json`; codes: docs/errors.md. */
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
