import type { Problem } from './types.js';

/** Codes of the gateway, and those of the client itself. */
export type SallyportErrorCode = Problem['code'] | 'Unreachable' | 'InvalidResponse';

export interface SallyportErrorFacts {
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly auditId?: string | undefined;
  readonly errors?: Problem['errors'] | undefined;
  /** Earliest time of a repetition, in milliseconds from now. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * A call that failed. Programs decide by `code`; docs/errors.md describes each. The error contains
 * neither the body nor the headers of the request.
 */
export class SallyportError extends Error {
  override readonly name = 'SallyportError';
  readonly code: SallyportErrorCode;
  /** Status of the response; undefined if there was none. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** Id of the audit event of the request. */
  readonly auditId: string | undefined;
  /** Places in the request that were refused. */
  readonly errors: NonNullable<Problem['errors']>;
  readonly retryAfterMs: number | undefined;

  constructor(code: SallyportErrorCode, message: string, facts: SallyportErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.auditId = facts.auditId;
    this.errors = facts.errors ?? [];
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** Returns the error of a response with a problem. */
export async function problemOf(response: Response): Promise<SallyportError> {
  const { status, headers } = response;
  const facts = {
    status,
    requestId: headers.get('x-request-id') ?? undefined,
    auditId: headers.get('audit-id') ?? undefined,
    retryAfterMs: retryAfterMs(headers),
  };
  const problem = await readProblem(response);
  if (problem === undefined) {
    // A proxy answered: the gateway may have carried the request out.
    return new SallyportError(
      'InvalidResponse',
      `the response ${status} is no problem of Sallyport`,
      facts,
    );
  }
  return new SallyportError(problem.code, problem.detail, { ...facts, errors: problem.errors });
}

/** Returns the body of a problem; undefined if something else answered, such as a proxy. */
async function readProblem(response: Response): Promise<Problem | undefined> {
  const mediaType = response.headers.get('content-type') ?? '';
  if (!mediaType.startsWith('application/problem+json')) {
    await response.body?.cancel();
    return undefined;
  }
  const body: unknown = await response.json();
  return isProblem(body) ? body : undefined;
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}

/** Reads seconds, or a date. RFC 9110 section 10.2.3. */
function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
