import type { CallContext } from '../core/call-context.js';
import type { Clock } from '../core/clock.js';
import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import type { Database } from '../platform/storage/database.js';
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
import type { KubernetesAuditEvent } from './domain/kubernetes-event.js';
import type { GuardedChange, LogEntry } from './domain/log-entry.js';
import { type IntentFinding, outcomeOfIntent } from './domain/outcome-of-intent.js';
import { LocalIntents } from './local-intents.js';

type Writer = Pick<AuditWriter, 'append' | 'commit'>;
type Reader = Pick<AuditReader, 'list' | 'get' | 'counts' | 'openIntents'>;
type Unstamped = Omit<EventParts, 'nowMs'> & Pick<LogEntry, 'callIndex'>;

/** A write whose outcome is not on record. */
export interface OpenIntent {
  /** Leaf index of the intent. */
  readonly callIndex: number;
  readonly event: KubernetesAuditEvent;
}

/** The intent of a write that goes on. */
export interface WrittenIntent {
  /** Writes its outcome; throws Unavailable if that is not durable in time. */
  conclude(facts: RecordedFacts, result: RecordedResult): Promise<void>;
  /** The write goes on no longer: an intent without an outcome is left open. */
  end(): void;
}

/** Records what happens, and answers questions about it. Calls are run by `CallRunner`. */
export class AuditService {
  readonly #writer: Writer;
  readonly #reader: Reader;
  readonly #clock: Clock;
  readonly #intents: LocalIntents;
  readonly #recorded = new WeakSet<AuditCaller>();

  /** `writers`: whether other processes write to the same log. */
  constructor(writer: Writer, reader: Reader, clock: Clock, writers: Database['writers'] = 'one') {
    this.#writer = writer;
    this.#reader = reader;
    this.#clock = clock;
    this.#intents = new LocalIntents(writers);
  }

  /**
   * Writes one event of a call that has ended, such as a read or a refusal. `receivedAtMs`: when
   * the call came, if that was not now. Throws Unavailable if the event is not durable in time.
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
      const callIndex = await this.#append({ caller, facts, stage: 'intent', receivedAtMs });
      const conclude: WrittenIntent['conclude'] = async (concluded, result) => {
        const outcome = { caller, facts: concluded, stage: 'outcome', result } as const;
        await this.#append({ ...outcome, receivedAtMs, callIndex });
      };
      return { conclude, end };
    } catch (error) {
      end();
      throw error;
    }
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

  async #readable<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (cause) {
      if (cause instanceof SallyportError) throw cause;
      throw unavailable('the audit trail cannot be read', { cause });
    }
  }
}
