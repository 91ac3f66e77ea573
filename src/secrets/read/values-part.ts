import type { CallDraft } from '../../calls/call-draft.js';
import type { AuditFacts, AuditResult } from '../../audit/domain/audit-event.js';
import { failureResult } from '../../audit/domain/failure-result.js';
import type { CallContext } from '../../core/call-context.js';
import { ClientClosed } from '../../core/errors/client-closed.js';
import { childContext } from '../../core/child-context.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { SecretRef } from '../domain/secret.js';
import { type AskedSecret, onlyKeys } from '../domain/values/values-entry.js';
import type { FoundSecret } from './secret-source.js';

/** What there is of one entry: its Secret, or why it may not or cannot be shown. */
export type Outcome = FoundSecret | SallyportError;

/** How a call for values ended. */
export interface ValuesEnd {
  /** Status of the answer where there is no error. */
  readonly code: 200 | 304;
  readonly error: SallyportError | undefined;
}

/** One Secret of a call for values, with an event of its own under that of the call. */
export class ValuesPart {
  readonly ctx: CallContext;
  readonly ref: SecretRef;
  readonly asked: AskedSecret['asked'];
  /** The only ones that are asked for; undefined where the whole Secret is. */
  readonly keys: readonly string[] | undefined;
  /** What its looks learn. */
  readonly draft: CallDraft;
  /** Of the last look, one for each of `asked`. */
  outcomes: readonly Outcome[] = [];

  constructor(ctx: CallContext, namespace: string, secret: AskedSecret) {
    this.ctx = childContext(ctx);
    this.ref = { namespace, name: secret.name };
    this.asked = secret.asked;
    this.keys = onlyKeys(secret);
    this.draft = {
      action: 'secrets.reveal',
      secret: secret.name,
      keys: this.keys,
      code: 200,
      version: undefined,
      token: undefined,
      grant: undefined,
      tokenScope: undefined,
      rotation: undefined,
      unreadable: undefined,
      trace: { plane: 'none', upstreamIds: [] },
      decisionReason: undefined,
    };
  }

  facts(end: ValuesEnd): AuditFacts {
    const isShown = end.error === undefined && end.code === 200;
    const keys = this.keys ?? (isShown ? this.outcomes.find(isFound)?.keys : undefined);
    const { namespace, name: secret } = this.ref;
    return { action: actionOf(end), namespace, secret, ...(keys === undefined ? {} : { keys }) };
  }

  /**
   * A Secret that could have been shown, and is not because of another, is neither denied nor
   * revealed. Of several failures of one Secret a denial is what must be known.
   */
  result({ code, error }: ValuesEnd): AuditResult {
    const { trace, decisionReason } = this.draft;
    const failures = this.outcomes.filter((outcome) => outcome instanceof SallyportError);
    const failure = failures.find(({ status }) => status === 403) ?? failures[0];
    if (failure) return failedRead(failure, trace);
    const { plane, upstreamIds } = trace;
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

/** `secrets.check` where the caller has the values already. */
export function actionOf({ code, error }: ValuesEnd): AuditFacts['action'] {
  const isCheck = error === undefined ? code === 304 : error instanceof ClientClosed;
  return isCheck ? 'secrets.check' : 'secrets.reveal';
}

/** A read that failed has left nothing open. */
export function failedRead(error: SallyportError, trace: CallDraft['trace']): AuditResult {
  const { outcome, ...result } = failureResult(error, trace);
  return { ...result, outcome: outcome === 'unknown' ? 'failed' : outcome };
}
