import { errorTable } from '../core/errors/error-table.js';
import type { SallyportError } from '../core/errors/sallyport-error.js';

export interface ProblemIds {
  readonly requestId: string;
  readonly auditId: string;
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
    auditId: ids.auditId,
    ...(error.errors.length > 0 ? { errors: error.errors } : {}),
    ...error.members,
  };
}
