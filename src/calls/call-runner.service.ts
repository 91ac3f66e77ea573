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
import { CallOutcome, CallTrace, type FoundFacts, recordedFacts } from './domain/call-trace.js';
import { RecordedTransactions, type TransactionRecord } from './domain/recorded-transactions.js';

/** Effect of a call: its value, or an outcome where the event says more than was announced. */
type Effect<T> = (trace: CallTrace) => Promise<T | CallOutcome<T>>;

/**
 * The pipeline of every call, whichever transport it came by: token scope, intent, effect, outcome
 * on record, release. Nothing is released that is not on record.
 */
@Injectable()
export class CallRunner extends RecordedTransactions {
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
    super();
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
    const trace = new CallTrace();
    const record = (found: FoundFacts, result: RecordedResult): Promise<void> =>
      this.#audit.record(ctx, recordedFacts(facts, found), result, receivedAtMs);
    let outcome: CallOutcome<T>;
    try {
      this.#requireServing();
      requireInScope(ctx, facts);
      outcome = outcomeOf(await effect(trace));
    } catch (error) {
      await record(trace.found, failureResult(error, trace));
      throw error;
    }
    await Promise.all([
      record(foundBy(trace, outcome), successResult(trace, outcome)),
      outcome.recording,
    ]);
    return outcome.value;
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
    const trace = new CallTrace();
    const conclude = (found: FoundFacts, result: RecordedResult): Promise<void> =>
      intent.conclude(recordedFacts(facts, found), result);
    try {
      let outcome: CallOutcome<T>;
      try {
        outcome = outcomeOf(await effect(trace));
      } catch (error) {
        await conclude(trace.found, failureResult(error, trace)).catch((cause: unknown) => {
          throw isDefiniteFailure(error) ? cause : this.#outcomeUnknown(cause);
        });
        throw error;
      }
      const found = foundBy(trace, outcome);
      await Promise.all([conclude(found, successResult(trace, outcome)), outcome.recording]).catch(
        (cause: unknown) => {
          throw this.#outcomeUnknown(cause);
        },
      );
      return outcome.value;
    } finally {
      intent.end();
    }
  }

  override change(
    { ctx, facts, result }: TransactionRecord,
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

function outcomeOf<T>(result: T | CallOutcome<T>): CallOutcome<T> {
  return result instanceof CallOutcome ? result : new CallOutcome(result, {});
}

function foundBy(trace: CallTrace, { facts }: CallOutcome<unknown>): FoundFacts {
  return { ...trace.found, ...facts };
}

function successResult(trace: CallTrace, { status }: CallOutcome<unknown>): AuditResult {
  const { plane, upstreamIds, decisionReason } = trace;
  return {
    outcome: 'allowed',
    code: status,
    plane,
    upstreamIds,
    ...(decisionReason !== undefined && { decisionReason }),
  };
}
