import { readBytes } from './reading.js';
import type { Problem } from './types.js';

/** Codes of the gateway, and two of the client: no response, and one that is not the gateway's. */
export type SallyportErrorCode = Problem['code'] | 'Unreachable' | 'InvalidResponse';

export interface SallyportErrorFacts {
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly auditId?: string | undefined;
  readonly errors?: Problem['errors'] | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Earliest time of a repetition, in milliseconds from now. */
  readonly retryAfterMs?: number | undefined;
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
  /** Further members of the problem, such as `runId` of a run that is active. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterMs: number | undefined;

  constructor(code: SallyportErrorCode, message: string, facts: SallyportErrorFacts = {}) {
    super(message);
    this.code = code;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.auditId = facts.auditId;
    this.errors = facts.errors ?? [];
    this.details = facts.details ?? {};
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** Returns the error of a response that is no success. */
export async function problemOf(response: Response, signal: AbortSignal): Promise<SallyportError> {
  const facts = { ...idsOf(response), retryAfterMs: retryAfterMs(response.headers) };
  const problem = await readProblem(response, signal);
  if (problem === undefined) {
    return new SallyportError(
      'InvalidResponse',
      `the response ${response.status} is none of Sallyport`,
      facts,
    );
  }
  const { code, detail, errors, type, title, status, requestId, auditId, ...details } = problem;
  return new SallyportError(code, detail, { ...facts, errors, details });
}

/** Returns the ids of a response. */
export function idsOf({ status, headers }: Response) {
  return {
    status,
    requestId: headers.get('x-request-id') ?? undefined,
    auditId: headers.get('audit-id') ?? undefined,
  };
}

/** Returns the problem in a body; undefined if something else answered, such as a proxy. */
async function readProblem(response: Response, signal: AbortSignal): Promise<Problem | undefined> {
  const mediaType = response.headers.get('content-type') ?? '';
  const text = new TextDecoder().decode(await readBytes(response, signal));
  if (!mediaType.startsWith('application/problem+json')) return undefined;
  try {
    const body: unknown = JSON.parse(text);
    return isProblem(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}

/** Reads seconds, or a date. RFC 9110 section 10.2.3. */
function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
