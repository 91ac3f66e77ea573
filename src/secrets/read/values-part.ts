import { CallTrace } from '../../calls/domain/call-trace.js';
import type { AuditFacts, AuditResult } from '../../audit/domain/audit-event.js';
import { failureResult } from '../../audit/domain/failure-result.js';
import type { CallContext } from '../../core/call-context.js';
import { ClientClosed } from '../../core/errors/client-closed.js';
import { childContext } from '../../core/child-context.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { SecretRef } from '../domain/secret.js';
import { type AskedSecret, memberPlaces, onlyKeys } from '../domain/values/values-entry.js';
import type { FoundSecret } from './secret-source.js';

/** Outcome of one entry: its Secret, or why it cannot be returned. */
export type Outcome = FoundSecret | SallyportError;

/** End of a call for values. */
export interface ValuesEnd {
  /** Status of the response if there is no error. */
  readonly code: 200 | 304;
  readonly error: SallyportError | undefined;
}

/** Secret of a call for values, with a separate event under the call's event. */
export class ValuesPart {
  readonly ctx: CallContext;
  readonly ref: SecretRef;
  readonly asked: AskedSecret['asked'];
  /** Requested keys; undefined if the whole Secret is requested. */
  readonly keys: readonly string[] | undefined;
  /** Places of requested members; without any, the keys are requested as a whole. */
  readonly pointers: readonly string[];
  readonly trace = new CallTrace();
  /** Outcomes of the last lookup, one for each of `asked`. */
  outcomes: readonly Outcome[] = [];

  constructor(ctx: CallContext, namespace: string, secret: AskedSecret) {
    this.ctx = childContext(ctx);
    this.ref = { namespace, name: secret.name };
    this.asked = secret.asked;
    this.keys = onlyKeys(secret);
    this.pointers = this.keys === undefined ? [] : memberPlaces(secret);
  }

  facts(end: ValuesEnd): AuditFacts {
    const isShown = end.error === undefined && end.code === 200;
    const keys = this.keys ?? (isShown ? this.outcomes.find(isFound)?.keys : undefined);
    const { namespace, name: secret } = this.ref;
    const { pointers } = this;
    return {
      action: actionOf(end),
      namespace,
      secret,
      ...(keys !== undefined && { keys }),
      ...(pointers.length > 0 && { pointers }),
    };
  }

  /**
   * Returns the result of a Secret. A Secret that was not returned because of another Secret is
   * neither denied nor revealed. Among several failures of one Secret, a denial takes precedence.
   */
  result({ code, error }: ValuesEnd): AuditResult {
    const { trace } = this;
    const failures = this.outcomes.filter((outcome) => outcome instanceof SallyportError);
    const failure = failures.find(({ status }) => status === 403) ?? failures[0];
    if (failure) return failedRead(failure, trace);
    const { plane, upstreamIds, decisionReason } = trace;
    if (error instanceof ClientClosed) return failedRead(error, trace);
    if (error) {
      const { status, code: reason } = error;
      return { outcome: 'failed', code: status, plane, upstreamIds, decisionReason: reason };
    }
    const reason = decisionReason === undefined ? {} : { decisionReason };
    return { outcome: 'allowed', code, plane, upstreamIds, ...reason };
  }
}

export function isFound(outcome: Outcome): outcome is FoundSecret {
  return !(outcome instanceof SallyportError);
}

/** Returns the action: `secrets.check` if the caller already has the values. */
export function actionOf({ code, error }: ValuesEnd): AuditFacts['action'] {
  const isCheck = error === undefined ? code === 304 : error instanceof ClientClosed;
  return isCheck ? 'secrets.check' : 'secrets.reveal';
}

/** Returns the result of a failed read, which revealed nothing. */
export function failedRead(
  error: SallyportError,
  trace: Pick<CallTrace, 'plane' | 'upstreamIds'>,
): AuditResult {
  const { outcome, ...result } = failureResult(error, trace);
  return { ...result, outcome: outcome === 'unknown' ? 'failed' : outcome };
}
