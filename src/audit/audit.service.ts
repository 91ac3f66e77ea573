import { outOfScope, requireInScope } from '../access/domain/scope-refusal.js';
import type { CallContext } from '../core/call-context.js';
import type { Clock } from '../core/clock.js';
import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import type { Database } from '../platform/storage/database.js';
import { type AuditDraft, draftedFacts, newDraft } from './audit-draft.js';
import type { AuditReader } from './audit-reader.js';
import type { AuditWriter } from './audit-writer.js';
import type { AuditCounts, AuditDimension } from './domain/audit-dimension.js';
import type { AuditFacts, AuditResult } from './domain/audit-event.js';
import type { AuditFilter } from './domain/audit-filter.js';
import type { AuditPage, AuditPageRequest } from './domain/audit-query.js';
import type { AuditEventView } from './domain/audit-view.js';
import { type AuditCaller, buildEvent, type EventParts } from './domain/build-event.js';
import { failureResult, isDefiniteFailure } from './domain/failure-result.js';
import type { KubernetesAuditEvent } from './domain/kubernetes-event.js';
import type { GuardedChange, LogEntry } from './domain/log-entry.js';
import { type IntentFinding, outcomeOfIntent } from './domain/outcome-of-intent.js';
import { IntentsHere } from './intents-here.js';

type Writer = Pick<AuditWriter, 'append' | 'commit'>;
type Reader = Pick<AuditReader, 'list' | 'get' | 'counts' | 'openIntents'>;
type Effect<T> = (draft: AuditDraft) => Promise<T>;
type Unstamped = Omit<EventParts, 'nowMs'> & Pick<LogEntry, 'callIndex'>;

/** Of a write: its facts as they were before it. */
type Concluded = Unstamped & { readonly facts: AuditFacts };

/** A write whose outcome is not on record. */
export interface OpenIntent {
  /** Leaf index of the intent. */
  readonly callIndex: number;
  readonly event: KubernetesAuditEvent;
}

export interface AuditServiceOptions {
  /** Whether other processes write to the same log. */
  readonly writers?: Database['writers'];
  /** Why no call is carried out now, whatever its transport; undefined where calls are. */
  readonly refusal?: () => SallyportError | undefined;
}

/** The only way to act on someone's behalf: nothing is answered that is not on record. */
export class AuditService {
  readonly #writer: Writer;
  readonly #reader: Reader;
  readonly #clock: Clock;
  readonly #onAlarm: (message: string) => void;
  readonly #intents: IntentsHere;
  readonly #refusal: () => SallyportError | undefined;
  readonly #recorded = new WeakSet<AuditCaller>();

  constructor(
    writer: Writer,
    reader: Reader,
    clock: Clock,
    onAlarm: (message: string) => void,
    { writers = 'one', refusal = () => undefined }: AuditServiceOptions = {},
  ) {
    this.#writer = writer;
    this.#reader = reader;
    this.#clock = clock;
    this.#onAlarm = onAlarm;
    this.#intents = new IntentsHere(writers);
    this.#refusal = refusal;
  }

  /**
   * Runs a read; its value (or its error) is released once its event is on disk. Throws Unavailable
   * in place of either where that cannot be, and while no call is carried out; Forbidden for what
   * the caller's token is not for.
   */
  async read<T>(ctx: CallContext, facts: AuditFacts, effect: Effect<T>): Promise<T> {
    const receivedAtMs = this.#clock.nowMs();
    const draft = newDraft(facts);
    const event = { caller: ctx, stage: 'single', receivedAtMs } as const;
    let value: T;
    try {
      this.#requireServing();
      requireInScope(ctx, facts);
      value = await effect(draft);
    } catch (error) {
      const result = failureResult(error, draft.trace);
      await this.#append({ ...event, facts: draftedFacts(facts, draft), result });
      throw error;
    }
    await this.#append({ ...event, facts: draftedFacts(facts, draft), result: success(draft) });
    return value;
  }

  /**
   * Runs a write between its intent and its outcome, both on disk. Without the intent: Unavailable,
   * and the write never ran. Without the outcome: OutcomeUnknown, and the intent stays open; but
   * Unavailable where the write itself failed for certain, since then nothing was changed.
   */
  async write<T>(ctx: CallContext, facts: AuditFacts, effect: Effect<T>): Promise<T> {
    // It will have no effect that an intent could announce.
    if (this.#refusal() || outOfScope(ctx, facts)) return this.read(ctx, facts, effect);
    const receivedAtMs = this.#clock.nowMs();
    this.#intents.begin(ctx.auditId);
    try {
      const callIndex = await this.#append({ caller: ctx, facts, stage: 'intent', receivedAtMs });
      const outcome = { caller: ctx, facts, stage: 'outcome', receivedAtMs, callIndex } as const;
      return await this.#conclude(outcome, effect);
    } finally {
      this.#intents.end(ctx.auditId);
    }
  }

  /** Writes down what ended before any effect, such as a refusal at the edge. */
  async record(caller: AuditCaller, facts: AuditFacts, result: AuditResult): Promise<void> {
    await this.#append({
      caller,
      facts,
      stage: 'single',
      result,
      receivedAtMs: this.#clock.nowMs(),
    });
  }

  /**
   * Makes a change of our own database and writes it down, in one transaction. False where the
   * guard of the change did not hold: then there is neither. Throws Unavailable where both or
   * neither may be there: look.
   */
  async commit(
    caller: AuditCaller,
    facts: AuditFacts,
    result: AuditResult,
    change: GuardedChange,
  ): Promise<boolean> {
    const receivedAtMs = this.#clock.nowMs();
    const parts = { caller, facts, result, stage: 'single', receivedAtMs } as const;
    const isThere = await this.#written(parts, (entry) =>
      this.#writer.commit({ ...entry, change }),
    );
    if (isThere) this.#recorded.add(caller);
    return isThere;
  }

  /** Whether this very call has an event already, or was refused because it could not get one. */
  hasRecorded(caller: AuditCaller): boolean {
    return this.#recorded.has(caller);
  }

  /** Newest first. Throws BadRequest for a limit or cursor that is none. */
  async list(filter: AuditFilter, request: AuditPageRequest = {}): Promise<AuditPage> {
    return this.#readable(() => this.#reader.list(filter, request));
  }

  async get(id: string): Promise<AuditEventView | undefined> {
    return this.#readable(() => this.#reader.get(id));
  }

  /** Throws Timeout or Invalid where that is too much to count. */
  async counts(filter: AuditFilter, by: AuditDimension, limit: number): Promise<AuditCounts> {
    return this.#readable(() => this.#reader.counts(filter, by, limit));
  }

  /** Intents that nobody will conclude any more: left by a crash, or by an outcome not written. */
  async openIntents(): Promise<readonly OpenIntent[]> {
    const open = await this.#reader.openIntents();
    const nowMs = this.#clock.nowMs();
    return open.filter(({ event }) => this.#intents.isLeft(event, nowMs));
  }

  /** Concludes an open intent with what was found out. */
  async resolveIntent({ event, callIndex }: OpenIntent, found: IntentFinding): Promise<void> {
    const json = JSON.stringify(outcomeOfIntent(event, found, this.#clock.nowMs()));
    await this.#writer.append({ json, stage: 'outcome', callIndex });
  }

  #requireServing(): void {
    const refusal = this.#refusal();
    if (refusal) throw refusal;
  }

  async #conclude<T>(event: Concluded, effect: Effect<T>): Promise<T> {
    const draft = newDraft(event.facts);
    let value: T;
    try {
      value = await effect(draft);
    } catch (error) {
      const facts = draftedFacts(event.facts, draft);
      const outcome = { ...event, facts, result: failureResult(error, draft.trace) };
      await this.#append(outcome).catch((cause: unknown) => {
        throw isDefiniteFailure(error) ? cause : this.#outcomeUnknown(cause);
      });
      throw error;
    }
    const outcome = { ...event, facts: draftedFacts(event.facts, draft), result: success(draft) };
    await this.#append(outcome).catch((cause: unknown) => {
      throw this.#outcomeUnknown(cause);
    });
    return value;
  }

  async #append(event: Unstamped): Promise<number> {
    const leafIndex = await this.#written(event, (entry) => this.#writer.append(entry));
    this.#recorded.add(event.caller);
    return leafIndex;
  }

  async #written<T>(
    { callIndex, ...parts }: Unstamped,
    write: (entry: LogEntry) => Promise<T>,
  ): Promise<T> {
    try {
      const json = JSON.stringify(buildEvent({ ...parts, nowMs: this.#clock.nowMs() }));
      const call = callIndex === undefined ? {} : { callIndex };
      return await write({ json, stage: parts.stage, ...call });
    } catch (cause) {
      // Nor is its refusal written down afterwards: it would have to wait as long once more.
      this.#recorded.add(parts.caller);
      throw unavailable('the audit trail cannot be written', { cause });
    }
  }

  #outcomeUnknown(cause: unknown): SallyportError {
    this.#onAlarm('a write may have taken effect whose outcome could not be recorded');
    return new SallyportError(
      'OutcomeUnknown',
      'the write may have taken effect, but the audit trail cannot be written',
      { cause, headers: { 'retry-after': '1' } },
    );
  }

  async #readable<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (cause) {
      if (cause instanceof SallyportError) throw cause;
      throw unavailable('the audit trail cannot be read', { cause });
    }
  }
}

function success(draft: AuditDraft): AuditResult {
  const { code, trace, decisionReason } = draft;
  return {
    outcome: 'allowed',
    code,
    plane: trace.plane,
    upstreamIds: trace.upstreamIds,
    ...(decisionReason !== undefined && { decisionReason }),
  };
}
