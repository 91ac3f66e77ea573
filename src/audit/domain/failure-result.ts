import { CLIENT_CLOSED_STATUS, ClientClosed } from '../../core/errors/client-closed.js';
import { type SallyportError, toSallyportError } from '../../core/errors/sallyport-error.js';
import type { AuditResult } from './audit-event.js';
import type { RecordedResult } from './build-event.js';

/** Returns the record of a call that threw. */
export function failureResult(
  error: unknown,
  trace: Pick<RecordedResult, 'plane' | 'upstreamIds'>,
): RecordedResult {
  const { plane, upstreamIds } = trace;
  if (error instanceof ClientClosed) {
    const outcome = error.isAllowed ? 'allowed' : 'failed';
    const decisionReason = error.message;
    return { outcome, code: CLIENT_CLOSED_STATUS, plane, upstreamIds, decisionReason };
  }
  const { code, status, message } = toSallyportError(error);
  if (status === 401 || status === 403) {
    return { outcome: 'denied', code: status, plane, upstreamIds, decisionReason: message };
  }
  const outcome = code === 'OutcomeUnknown' ? 'unknown' : 'failed';
  return { outcome, code: status, plane, upstreamIds, decisionReason: reasonOf(error) ?? code };
}

/** Returns a reason that operators must distinguish; the caller gets only a 500. */
function reasonOf(error: unknown): string | undefined {
  return error instanceof Error && error.name === 'IntegrityError' ? error.name : undefined;
}

/** Returns the record of a call that was refused before any effect. */
export function refusalResult(error: SallyportError): AuditResult {
  const { status, code, internal } = error;
  if (error instanceof ClientClosed) {
    const code = CLIENT_CLOSED_STATUS;
    return { outcome: 'failed', code, ...nothing, decisionReason: error.message };
  }
  return {
    outcome: status === 401 || status === 403 ? 'denied' : 'failed',
    code: status,
    ...nothing,
    decisionReason: internal ?? code,
  };
}

const nothing = { plane: 'none', upstreamIds: [] } as const;

/** Reports whether a write that threw this has certainly changed nothing. */
export function isDefiniteFailure(error: unknown): boolean {
  const { code } = toSallyportError(error);
  return code !== 'OutcomeUnknown' && code !== 'Internal';
}
