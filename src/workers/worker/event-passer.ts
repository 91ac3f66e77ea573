import { AppendQueue, type Waiting } from '../../audit/append-queue.js';
import { AuditNotWritten } from '../../audit/audit-not-written.js';
import type { AuditCaller } from '../../audit/domain/build-event.js';
import type { LogEntry } from '../../audit/domain/log-entry.js';
import { limits } from '../../core/limits.js';
import type { Credential, EntryFate, PassedEntry, ToMain } from '../messages.js';

/** The main process has put nothing on record, and will say why to who is passed on to it. */
export class EventDeclined extends AuditNotWritten {}

type Fields = Readonly<Record<string, string>>;

/**
 * Has events appended by the main process: what comes in one turn of the event loop shares a
 * message, and one message is on its way at a time. Bounds and deadline are those of a writer.
 */
export class EventPasser {
  readonly #send: (message: ToMain) => void;
  readonly #queue = new AppendQueue({
    eventsMax: limits.auditQueueEventsMax,
    waitMsMax: limits.auditWaitMsMax,
  });
  readonly #counted = new WeakMap<LogEntry, AuditCaller>();
  /** Requests whose one event counts against a limit. */
  readonly #toCount = new WeakMap<AuditCaller, Credential>();
  readonly #fields = new WeakMap<AuditCaller, Fields>();
  #inFlight: readonly Waiting[] = [];
  #isScheduled = false;

  constructor(send: (message: ToMain) => void) {
    this.#send = send;
  }

  /** Has the first event of a call counted against the limit of its credential. */
  count(caller: AuditCaller, { kind, credentialId, username }: Credential): void {
    this.#toCount.set(caller, { kind, credentialId, username });
  }

  /** What an answer says about its limit; undefined where its call was not counted. */
  fieldsOf(caller: AuditCaller): Fields | undefined {
    return this.#fields.get(caller);
  }

  /** Resolves with the leaf index once the event is on disk; rejects with AuditNotWritten. */
  append(entry: LogEntry, caller?: AuditCaller): Promise<number> {
    if (caller !== undefined) this.#counted.set(entry, caller);
    const fate = this.#queue.add(entry);
    this.#schedule();
    return fate;
  }

  /** Workers change no database. */
  commit(): Promise<boolean> {
    return Promise.reject(new AuditNotWritten('workers commit nothing'));
  }

  /** The fates of the message that is on its way, in the order of its entries. */
  settle(fates: readonly EntryFate[]): void {
    const batch = this.#inFlight;
    this.#inFlight = [];
    for (const [place, waiting] of batch.entries()) this.#settleOne(waiting, fates[place]);
    this.#flush();
  }

  #settleOne(waiting: Waiting, fate: EntryFate | undefined): void {
    if (fate?.kind === 'written') {
      const caller = waiting.entry && this.#counted.get(waiting.entry);
      if (caller !== undefined && fate.fields !== undefined) {
        this.#fields.set(caller, fate.fields);
      }
      waiting.resolve(fate.leafIndex);
    } else if (fate?.kind === 'declined') {
      waiting.reject(new EventDeclined('the main process has declined it'));
    } else {
      waiting.reject(new AuditNotWritten(fate?.reason ?? 'nothing was said about it'));
    }
  }

  #schedule(): void {
    if (this.#isScheduled || this.#inFlight.length > 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#inFlight.length > 0) return;
    const batch = this.#queue.take(limits.auditBatchEventsMax).filter((one) => !one.isSettled);
    if (batch.length === 0) {
      if (this.#queue.depth > 0) this.#schedule();
      return;
    }
    this.#inFlight = batch;
    try {
      this.#send({ kind: 'entries', entries: batch.map((one) => this.#passed(one.entry)) });
    } catch {
      this.settle(batch.map(() => ({ kind: 'failed', reason: 'the main process is gone' })));
    }
  }

  #passed(entry: LogEntry | undefined): PassedEntry {
    if (entry === undefined) throw new TypeError('only events are passed on');
    const { json, stage } = entry;
    const caller = this.#counted.get(entry);
    const counted = caller && this.#toCount.get(caller);
    // Whatever else is on record of the same request has been counted.
    if (caller !== undefined) this.#toCount.delete(caller);
    return { json, stage, ...(counted !== undefined && { counted }) };
  }
}
