import { type SallyportError, toSallyportError } from '../../core/errors/sallyport-error.js';
import type { AuditResult } from './audit-event.js';
import type { RecordedResult } from './build-event.js';

/** How a call that threw is written down. */
export function failureResult(
  error: unknown,
  trace: Pick<RecordedResult, 'plane' | 'upstreamIds'>,
): RecordedResult {
  const { code, status, message } = toSallyportError(error);
  const { plane, upstreamIds } = trace;
  if (status === 401 || status === 403) {
    return { outcome: 'denied', code: status, plane, upstreamIds, decisionReason: message };
  }
  const outcome = code === 'OutcomeUnknown' ? 'unknown' : 'failed';
  return { outcome, code: status, plane, upstreamIds, decisionReason: reasonOf(error) ?? code };
}

/** What an operator must tell apart from other failures; the caller is told no more than 500. */
function reasonOf(error: unknown): string | undefined {
  return error instanceof Error && error.name === 'IntegrityError' ? error.name : undefined;
}

/** How a call that was refused before any effect is written down. */
export function refusalResult({ status, code, internal }: SallyportError): AuditResult {
  return {
    outcome: status === 401 || status === 403 ? 'denied' : 'failed',
    code: status,
    plane: 'none',
    upstreamIds: [],
    decisionReason: internal ?? code,
  };
}

/** Whether a write that threw this has certainly changed nothing. */
export function isDefiniteFailure(error: unknown): boolean {
  const { code } = toSallyportError(error);
  return code !== 'OutcomeUnknown' && code !== 'Internal';
}
