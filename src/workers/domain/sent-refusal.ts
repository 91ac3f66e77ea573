import { type ErrorCode } from '../../core/errors/error-table.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';

/** An error as it goes from one process to another: what is answered, and what is recorded. */
export interface SentRefusal {
  readonly code: ErrorCode;
  readonly status: number;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly internal?: string;
  readonly auditId?: string | null;
}

/** Without its cause, which stays where it is logged. */
export function sentRefusal(error: SallyportError): SentRefusal {
  const { code, status, message, headers, internal, auditId } = error;
  return {
    ...{ code, status, message, headers },
    ...(internal !== undefined && { internal }),
    ...(auditId !== undefined && { auditId }),
  };
}

/** The error that was sent. */
export function refusalOf({ code, message, ...options }: SentRefusal): SallyportError {
  return new SallyportError(code, message, options);
}
