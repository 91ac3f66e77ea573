import { bodyLimits } from '../body-limits.js';
import { type ErrorCode, errorTable } from './error-table.js';

/** Position in the request and the problem there; never a fragment of a value. */
export interface FieldError {
  readonly pointer: string;
  readonly reason: string;
  /** Name of the schema of Secrets whose rule is broken. */
  readonly schema?: string | undefined;
}

export interface SallyportErrorOptions {
  /** One of the statuses that the table allows for the code; by default, the first. */
  readonly status?: number;
  /** The response contains the first hundred. */
  readonly errors?: readonly FieldError[];
  /** Header fields of the response, e.g. `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further public members of the problem, e.g. `runId`. */
  readonly members?: Readonly<Record<string, string>>;
  /** For logs only. */
  readonly internal?: string;
  /** The gateway lacks a right that its installation should have granted. */
  readonly isInstallationFault?: boolean;
  /** Refusals of this kind share an audit event, as refusals by a rate limit do. */
  readonly isAggregated?: boolean;
  /** Id of the event that records the error, if not that of the request; null: no event does. */
  readonly auditId?: string | null;
  readonly cause?: unknown;
}

/**
 * The only error that services throw. `message` is public and names no value; `internal` and
 * `cause` contain details for operators.
 */
export class SallyportError extends Error {
  override readonly name = 'SallyportError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, string>>;
  readonly internal: string | undefined;
  readonly isInstallationFault: boolean;
  readonly isAggregated: boolean;
  readonly auditId: string | null | undefined;

  constructor(code: ErrorCode, publicMessage: string, options: SallyportErrorOptions = {}) {
    super(publicMessage, options.cause === undefined ? {} : { cause: options.cause });
    const statuses: readonly number[] = errorTable[code].statuses;
    if (options.status !== undefined && !statuses.includes(options.status)) {
      throw new RangeError(`status ${options.status} is not one of ${code}`);
    }
    this.code = code;
    this.status = options.status ?? errorTable[code].statuses[0];
    this.errors = (options.errors ?? []).slice(0, bodyLimits.errorsReportedMax);
    this.headers = options.headers ?? {};
    this.members = options.members ?? {};
    this.internal = options.internal;
    this.isInstallationFault = options.isInstallationFault ?? false;
    this.isAggregated = options.isAggregated ?? code === 'TooManyRequests';
    this.auditId = options.auditId;
  }
}

/** Returns the error with another audit id than its request's; null: the error is not recorded. */
export function withAuditId(error: SallyportError, auditId: string | null): SallyportError {
  const { code, message, internal, cause, ...rest } = error;
  return new SallyportError(code, message, {
    status: rest.status,
    errors: rest.errors,
    headers: rest.headers,
    members: rest.members,
    ...(internal !== undefined && { internal }),
    isInstallationFault: rest.isInstallationFault,
    isAggregated: rest.isAggregated,
    auditId,
    cause,
  });
}

/** Returns the options of another error that an error causes, by default with the same entries. */
export function optionsOf(
  error: SallyportError,
  errors: SallyportError['errors'] = error.errors,
): SallyportErrorOptions {
  const { status, headers, members, isInstallationFault, internal } = error;
  return {
    status,
    errors,
    headers,
    members,
    isInstallationFault,
    cause: error,
    ...(internal !== undefined && { internal }),
  };
}

/** Returns the error with another message and other entries. */
export function withErrors(
  error: SallyportError,
  message: string,
  errors: SallyportError['errors'],
): SallyportError {
  return new SallyportError(error.code, message, optionsOf(error, errors));
}

/** Returns a 422 with one entry per broken rule. */
export function invalid(errors: readonly FieldError[], detail?: string): SallyportError {
  const first = errors[0];
  const text = detail ?? (first ? `${first.pointer || '/'}: ${withSchema(first)}` : 'invalid');
  return new SallyportError('Invalid', text, { errors });
}

/** Returns the reason of an entry, with the name of the schema that has the rule. */
export function withSchema({ reason, schema }: FieldError): string {
  return schema === undefined ? reason : `${reason} (schema ${schema})`;
}

/** Returns a 422 for a single field. */
export function invalidAt(pointer: string, reason: string): SallyportError {
  return invalid([{ pointer, reason }]);
}

/** Returns a 400: syntax, headers or parameters. */
export function badRequest(detail: string, errors: readonly FieldError[] = []): SallyportError {
  return new SallyportError('BadRequest', detail, { errors });
}

/** Returns a 503: nothing was changed; the client receives `retryAfterSeconds`. */
export function unavailable(
  detail: string,
  options: {
    readonly internal?: string;
    readonly isInstallationFault?: boolean;
    readonly isAggregated?: boolean;
    readonly cause?: unknown;
    retryAfterSeconds?: number;
  } = {},
): SallyportError {
  const { retryAfterSeconds = 1, ...rest } = options;
  return new SallyportError('Unavailable', detail, {
    ...rest,
    headers: { 'retry-after': String(retryAfterSeconds) },
  });
}

/** Converts anything thrown to an error that may be sent; unknown errors reveal nothing. */
export function toSallyportError(error: unknown): SallyportError {
  if (error instanceof SallyportError) return error;
  return new SallyportError('Internal', 'an internal error occurred', { cause: error });
}
