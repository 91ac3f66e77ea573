import type { CallContext } from '../core/call-context.js';
import type { Clock } from '../core/clock.js';
import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import type { Database } from '../platform/storage/database.js';
import type { RollbackGuard } from './anchors/rollback-guard.js';
import { AuditNotWritten } from './audit-not-written.js';
import type { AuditReader } from './audit-reader.js';
import type { AuditWriter } from './audit-writer.js';
import type { AuditCounts, AuditDimension } from './domain/audit-dimension.js';
import type { AuditFacts, AuditResult, RecordedFacts } from './domain/audit-event.js';
import type { AuditFilter } from './domain/audit-filter.js';
import type { AuditPage, AuditPageRequest } from './domain/audit-query.js';
import type { AuditEventView } from './domain/audit-view.js';
import {
  type AuditCaller,
  buildEvent,
  type EventParts,
  type RecordedResult,
} from './domain/build-event.js';
import type { EntryPlace } from './domain/entry-place.js';
import type { KubernetesAuditEvent } from './domain/kubernetes-event.js';
import type { GuardedChange, LogEntry } from './domain/log-entry.js';
import { type IntentFinding, outcomeOfIntent } from './domain/outcome-of-intent.js';
import { LocalIntents } from './local-intents.js';

type Writer = Pick<AuditWriter, 'append' | 'commit'>;
type Reader = Pick<AuditReader, 'list' | 'get' | 'counts' | 'openIntents'>;
type Unstamped = Omit<EventParts, 'nowMs'> & Pick<LogEntry, 'call'>;

export interface AuditServiceOptions {
  /** Whether other processes write to this log. */
  readonly writers?: Database['writers'];
  /** A log that differs from its anchors takes no event. */
  readonly guard?: Pick<RollbackGuard, 'refusal'>;
}

/** Write whose outcome is not recorded. */
export interface OpenIntent {
  /** Leaf index of the intent. */
  readonly callIndex: number;
  readonly event: KubernetesAuditEvent;
}

/** Intent of an active write. */
export interface WrittenIntent {
  /** Writes its outcome; throws Unavailable if the outcome is not durable in time. */
  conclude(facts: RecordedFacts, result: RecordedResult): Promise<void>;
  /** Marks the write as ended: an intent without an outcome stays open. */
  end(): void;
}

/** Recorder of events, and queries about them. `CallRunner` runs calls. */
export class AuditService {
  readonly #writer: Writer;
  readonly #reader: Reader;
  readonly #clock: Clock;
  readonly #intents: LocalIntents;
  readonly #guard: Pick<RollbackGuard, 'refusal'> | undefined;
  readonly #recorded = new WeakSet<AuditCaller>();

  constructor(
    writer: Writer,
    reader: Reader,
    clock: Clock,
    { writers = 'one', guard }: AuditServiceOptions = {},
  ) {
    this.#writer = writer;
    this.#reader = reader;
    this.#clock = clock;
    this.#intents = new LocalIntents(writers);
    this.#guard = guard;
  }

  /**
   * Writes one event of a call that has ended, such as a read or a refusal. `receivedAtMs`: when
   * the call came, if not now. Throws Unavailable if the event is not durable in time.
   */
  async record(
    caller: AuditCaller,
    facts: RecordedFacts,
    result: RecordedResult,
    receivedAtMs: number = this.#clock.nowMs(),
  ): Promise<void> {
    await this.#append({ caller, facts, stage: 'single', result, receivedAtMs });
  }

  /**
   * Writes the intent of a write. Throws Unavailable if it is not durable in time: then the write
   * must not happen.
   */
  async begin(caller: CallContext, facts: AuditFacts): Promise<WrittenIntent> {
    const receivedAtMs = this.#clock.nowMs();
    const end = (): void => this.#intents.end(caller.auditId);
    this.#intents.begin(caller.auditId);
    try {
      const call = await this.#append({ caller, facts, stage: 'intent', receivedAtMs });
      const conclude: WrittenIntent['conclude'] = async (concluded, result) => {
        const outcome = { caller, facts: concluded, stage: 'outcome', result } as const;
        await this.#append({ ...outcome, receivedAtMs, call });
      };
      return { conclude, end };
    } catch (error) {
      end();
      throw error;
    }
  }

  /**
   * Changes our own database and records the change, in one transaction. Returns false if the guard
   * of the change did not hold: then neither is stored. Throws Unavailable if both or neither may
   * be stored: check.
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

  /** Reports whether this very call has an event, or was refused because its event failed. */
  hasRecorded(caller: AuditCaller): boolean {
    return this.#recorded.has(caller);
  }

  /** Lists events, newest first. Throws BadRequest for an invalid limit or cursor. */
  async list(filter: AuditFilter, request: AuditPageRequest = {}): Promise<AuditPage> {
    return this.#readable(() => this.#reader.list(filter, request));
  }

  async get(id: string): Promise<AuditEventView | undefined> {
    return this.#readable(() => this.#reader.get(id));
  }

  /** Counts events. Throws Timeout or Invalid if there is too much to count. */
  async counts(filter: AuditFilter, by: AuditDimension, limit: number): Promise<AuditCounts> {
    return this.#readable(() => this.#reader.counts(filter, by, limit));
  }

  /** Returns intents that nothing will conclude: left by a crash, or by an unwritten outcome. */
  async openIntents(): Promise<readonly OpenIntent[]> {
    const open = await this.#reader.openIntents();
    const nowMs = this.#clock.nowMs();
    return open.filter(({ event }) => this.#intents.isLeft(event, nowMs));
  }

  /** Concludes an open intent with the determined outcome. */
  async resolveIntent({ event, callIndex }: OpenIntent, found: IntentFinding): Promise<void> {
    const json = JSON.stringify(outcomeOfIntent(event, found, this.#clock.nowMs()));
    this.#requireTrusted();
    await this.#writer.append({ json, stage: 'outcome', call: callIndex });
  }

  async #append(event: Unstamped): Promise<EntryPlace> {
    const place = await this.#written(event, (entry) => this.#writer.append(entry));
    this.#recorded.add(event.caller);
    return place;
  }

  async #written<T>(
    { call, ...parts }: Unstamped,
    write: (entry: LogEntry) => Promise<T>,
  ): Promise<T> {
    try {
      const json = JSON.stringify(buildEvent({ ...parts, nowMs: this.#clock.nowMs() }));
      this.#requireTrusted();
      return await write({ json, stage: parts.stage, ...(call !== undefined && { call }) });
    } catch (cause) {
      // Its refusal is not recorded afterwards either: it would have to wait as long again.
      this.#recorded.add(parts.caller);
      throw unavailable('the audit trail cannot be written', { cause });
    }
  }

  #requireTrusted(): void {
    const refusal = this.#guard?.refusal;
    if (refusal !== undefined) throw new AuditNotWritten(refusal);
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
