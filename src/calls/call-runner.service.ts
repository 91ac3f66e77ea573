import { Inject, Injectable } from '@nestjs/common';
import { CallGate } from '../access/domain/call-gate.js';
import { outOfScope, requireInScope } from '../access/domain/scope-refusal.js';
import { AuditService } from '../audit/audit.service.js';
import type { AuditFacts, AuditResult } from '../audit/domain/audit-event.js';
import type { RecordedResult } from '../audit/domain/build-event.js';
import { failureResult, isDefiniteFailure } from '../audit/domain/failure-result.js';
import type { GuardedChange } from '../audit/domain/log-entry.js';
import type { CallContext } from '../core/call-context.js';
import { Clock } from '../core/clock.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { type CallDraft, draftedFacts, newDraft } from './call-draft.js';

type Effect<T> = (draft: CallDraft) => Promise<T>;

/**
 * The pipeline of every call, whichever transport it came by: token scope, intent, effect, outcome
 * on record, release. Nothing is released that is not on record.
 */
@Injectable()
export class CallRunner {
  readonly #audit: AuditService;
  readonly #rights: Pick<CallGate, 'refusal'>;
  readonly #clock: Clock;
  readonly #logger: Pick<AppLogger, 'alarm'>;

  constructor(
    audit: AuditService,
    @Inject(CallGate) rights: Pick<CallGate, 'refusal'>,
    clock: Clock,
    @Inject(AppLogger) logger: Pick<AppLogger, 'alarm'>,
  ) {
    this.#audit = audit;
    this.#rights = rights;
    this.#clock = clock;
    this.#logger = logger;
  }

  /**
   * Runs a read; its value (or its error) is released once its event is on disk. Throws Unavailable
   * in place of either where that cannot be, and while no call is carried out; Forbidden for what
   * the caller's token is not for.
   */
  async read<T>(ctx: CallContext, facts: AuditFacts, effect: Effect<T>): Promise<T> {
    const receivedAtMs = this.#clock.nowMs();
    const draft = newDraft(facts);
    const record = (result: RecordedResult): Promise<void> =>
      this.#audit.record(ctx, draftedFacts(facts, draft), result, receivedAtMs);
    let value: T;
    try {
      this.#requireServing();
      requireInScope(ctx, facts);
      value = await effect(draft);
    } catch (error) {
      await record(failureResult(error, draft.trace));
      throw error;
    }
    await record(success(draft));
    return value;
  }

  /**
   * Runs a write between its intent and its outcome, both on disk. Without the intent: Unavailable,
   * and the write never ran. Without the outcome: OutcomeUnknown, and the intent stays open; but
   * Unavailable where the write itself failed for certain, since then nothing was changed.
   */
  async write<T>(ctx: CallContext, facts: AuditFacts, effect: Effect<T>): Promise<T> {
    // It will have no effect that an intent could announce.
    if (this.#rights.refusal || outOfScope(ctx, facts)) return this.read(ctx, facts, effect);
    const intent = await this.#audit.begin(ctx, facts);
    const draft = newDraft(facts);
    const conclude = (result: RecordedResult): Promise<void> =>
      intent.conclude(draftedFacts(facts, draft), result);
    try {
      let value: T;
      try {
        value = await effect(draft);
      } catch (error) {
        await conclude(failureResult(error, draft.trace)).catch((cause: unknown) => {
          throw isDefiniteFailure(error) ? cause : this.#outcomeUnknown(cause);
        });
        throw error;
      }
      await conclude(success(draft)).catch((cause: unknown) => {
        throw this.#outcomeUnknown(cause);
      });
      return value;
    } finally {
      intent.end();
    }
  }

  /**
   * Makes a change of the gateway's own database and records it, in one transaction. False where
   * the guard of the change did not hold: then there is neither. Throws Unavailable where both or
   * neither may be there: look.
   */
  change(
    ctx: CallContext,
    facts: AuditFacts,
    result: AuditResult,
    change: GuardedChange,
  ): Promise<boolean> {
    return this.#audit.commit(ctx, facts, result, change);
  }

  #requireServing(): void {
    const { refusal } = this.#rights;
    if (refusal) throw refusal;
  }

  #outcomeUnknown(cause: unknown): SallyportError {
    this.#logger.alarm('a write may have taken effect whose outcome could not be recorded');
    return new SallyportError(
      'OutcomeUnknown',
      'the write may have taken effect, but the audit trail cannot be written',
      { cause, headers: { 'retry-after': '1' } },
    );
  }
}

function success(draft: CallDraft): AuditResult {
  const { code, trace, decisionReason } = draft;
  return {
    outcome: 'allowed',
    code,
    plane: trace.plane,
    upstreamIds: trace.upstreamIds,
    ...(decisionReason !== undefined && { decisionReason }),
  };
}
