import type { KeyObject } from 'node:crypto';
import { limits } from '../core/limits.js';
import { Listeners } from '../core/listeners.js';
import { rotationLimits } from '../core/rotation-limits.js';
import type { Database } from '../platform/storage/database.js';
import type { StorageLocation } from '../platform/storage/storage-location.js';
import { Thread } from '../platform/threads/thread.js';
import { AppendQueue, type Waiting } from './append-queue.js';
import { AuditNotWritten } from './audit-not-written.js';
import { ChangeLost } from './change-lost.js';
import { type EntryPlace, placeAfter } from './domain/entry-place.js';
import type { ChangeEntry, LogEntry } from './domain/log-entry.js';
import type { ChainTail } from './queue/domain/chain.js';
import type { FromWorker, ToWorker, WriterData } from './writer-messages.js';

export interface AuditWriterOptions {
  /** Key of the MACs of entries. */
  readonly rowKey: KeyObject;
  /** The thread's module, if it is not next to this file. */
  readonly worker?: URL;
  /** Reports what an operator must know: the log is unwritable, writable again, or another file. */
  readonly onAlarm?: (message: string) => void;
  readonly onCommit?: (events: number, durationMs: number) => void;
}

const WORKER = new URL('./audit-writer.worker.js', import.meta.url);
const RESTART_DELAY_MS = 100;

/**
 * Writer of events to the log in a separate thread, many to a commit. A batch starts as soon as the
 * last one has ended and contains everything received meanwhile.
 */
export class AuditWriter {
  readonly #location: StorageLocation;
  readonly #options: AuditWriterOptions;
  readonly #committed = new Listeners();
  readonly #lost = new Listeners();
  readonly #queue = new AppendQueue({
    eventsMax: limits.auditQueueEventsMax,
    waitMsMax: limits.auditWaitMsMax,
  });
  #thread: Thread<FromWorker> | undefined;
  #inFlight: readonly Waiting[] = [];
  #isScheduled = false;
  #isClosed = false;
  #isHealthy = true;
  #isUnreachable = false;
  #unsequenced = 0;
  #written = 0;
  /** End of this process's chain, in a database that has a queue. */
  #tail: ChainTail | undefined;
  #loss: string | undefined;
  #whenIdle: (() => void) | undefined;

  constructor(location: StorageLocation, options: AuditWriterOptions) {
    this.#location = location;
    this.#options = options;
  }

  /** Reports whether other processes append to this log. */
  get writers(): Database['writers'] {
    return this.#location.dialect === 'sqlite' ? 'one' : 'many';
  }

  /** Called after each commit that has added events to the log. */
  onCommitted(listener: () => void): void {
    this.#committed.add(listener);
  }

  /** Called when entries that were written here are missing. */
  onLoss(listener: () => void): void {
    this.#lost.add(listener);
  }

  /** Starts the thread, so that the first event does not wait for it. */
  start(): void {
    if (!this.#isClosed) this.#thread ??= this.#start();
  }

  /** Returns the number of events that wait for a batch. */
  get queueDepth(): number {
    return this.#queue.depth;
  }

  /** Returns the number of queued events in the database; 0 if this process is no sequencer. */
  get unsequenced(): number {
    return this.#unsequenced;
  }

  /** Reports whether the last batch was committed. */
  get isHealthy(): boolean {
    return this.#isHealthy;
  }

  /** Returns a sentence while entries that were written here are missing. */
  get loss(): string | undefined {
    return this.#loss;
  }

  /** Resets the expected size after an operator has accepted the loss. */
  forget(): void {
    this.#written = 0;
    this.#tail = undefined;
    this.#loss = undefined;
    this.#thread?.post({ kind: 'forget' } satisfies ToWorker);
  }

  /**
   * Resolves with the entry's place once the event is on disk. Rejects with AuditNotWritten within
   * `limits.auditWaitMsMax`; the event may still be committed later.
   */
  append(entry: LogEntry): Promise<EntryPlace> {
    const follows = entry.stage === 'outcome' || entry.stage === 'joined';
    if (follows && entry.call === undefined) {
      return Promise.reject(new TypeError(`an entry of stage ${entry.stage} needs a call`));
    }
    return this.#enqueue(entry);
  }

  /**
   * Resolves with true once the event and its change are on disk. Resolves with false, and stores
   * neither, if the guard of the change did not hold. Rejects as `append`; both may be stored then.
   */
  async commit(entry: ChangeEntry): Promise<boolean> {
    try {
      await this.append(entry);
      return true;
    } catch (error) {
      if (error instanceof ChangeLost) return false;
      throw error;
    }
  }

  /** Resolves once the log has accepted an empty commit; else as `append`. */
  async check(): Promise<void> {
    await this.#enqueue(undefined);
  }

  /** Accepts no more, waits for the results of accepted events, and ends the thread. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const deadline = setTimeout(() => this.#whenIdle?.(), limits.auditWaitMsMax);
    if (!this.#isIdle()) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
    clearTimeout(deadline);
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.close(limits.auditWaitMsMax);
  }

  #enqueue(entry: LogEntry | undefined): Promise<EntryPlace> {
    if (this.#isClosed) return Promise.reject(new AuditNotWritten('the audit log is closed'));
    // One batch finds out whether the database is back; later events need not wait for it.
    if (this.#isUnreachable && this.#inFlight.length > 0) {
      return Promise.reject(new AuditNotWritten('the audit log does not answer'));
    }
    const fate = this.#queue.add(entry);
    this.#schedule();
    return fate;
  }

  /** Batches all events that arrive in one turn of the event loop. */
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
    const batch = this.#queue
      .take(limits.auditBatchEventsMax, rotationLimits.batchChangesMax)
      .filter((one) => !one.isSettled);
    if (batch.length === 0) {
      if (this.#queue.depth > 0) this.#schedule();
      else this.#whenIdle?.();
      return;
    }
    this.#inFlight = batch;
    this.#thread ??= this.#start();
    const entries = batch.flatMap((one) => one.entry ?? []);
    this.#thread.post({ kind: 'append', entries } satisfies ToWorker);
  }

  #start(): Thread<FromWorker> {
    const { rowKey, worker = WORKER } = this.#options;
    const data = {
      location: this.#location,
      rowKey,
      written: this.#written,
      ...(this.#tail !== undefined && { tail: this.#tail }),
    } satisfies WriterData;
    const thread = new Thread<FromWorker>(worker, data, {
      onMessage: (message) => this.#hear(message),
      onEnd: (reason) => this.#replace(thread, reason),
    });
    return thread;
  }

  #hear(message: FromWorker): void {
    if (message.kind === 'alarm') {
      this.#options.onAlarm?.(message.message);
    } else if (message.kind === 'failed') {
      this.#isUnreachable = message.isUnreachable === true;
      const waiting = this.#isUnreachable ? this.#queue.take(this.#queue.depth) : [];
      this.#fail(message.message);
      if (message.isShrunk === true) this.#noteLoss(message.message);
      for (const one of waiting) one.reject(new AuditNotWritten(message.message));
      this.#flush();
    } else if (message.kind === 'sequenced') {
      this.#unsequenced = message.waiting;
      if (message.integrated > 0) this.#committed.notify();
    } else {
      this.#succeed(message);
      this.#flush();
    }
  }

  #succeed({ first, lost, tail, durationMs }: Extract<FromWorker, { kind: 'committed' }>): void {
    const batch = this.#inFlight;
    this.#inFlight = [];
    if (!this.#isHealthy) this.#options.onAlarm?.('the audit log is written again');
    this.#isHealthy = true;
    this.#isUnreachable = false;
    this.#loss = undefined;
    let added = 0;
    let place = 0;
    for (const one of batch) {
      const isEntry = one.entry !== undefined;
      const isLost = isEntry && lost?.has(place) === true;
      if (isLost) one.reject(new ChangeLost());
      else one.resolve(placeAfter(first, added));
      if (isEntry) place += 1;
      if (isEntry && !isLost) added += 1;
    }
    if (typeof first === 'number') this.#written = first + added;
    this.#tail = tail;
    this.#options.onCommit?.(added, durationMs);
    // Entries in a queue are reported once the sequencer has integrated them.
    if (added > 0 && typeof first === 'number') this.#committed.notify();
  }

  #noteLoss(loss: string): void {
    const isNew = this.#loss === undefined;
    this.#loss = loss;
    if (isNew) this.#lost.notify();
  }

  #fail(reason: string): void {
    const batch = this.#inFlight;
    this.#inFlight = [];
    if (this.#isHealthy) this.#options.onAlarm?.(`the audit log cannot be written: ${reason}`);
    this.#isHealthy = false;
    for (const one of batch) one.reject(new AuditNotWritten(reason));
  }

  /** Drops the thread; the next batch starts another after a delay, so that none spins. */
  #replace(thread: Thread<FromWorker>, reason: string | undefined): void {
    if (reason !== undefined) this.#options.onAlarm?.(`the audit thread died: ${reason}`);
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    this.#unsequenced = 0;
    this.#fail('the audit thread ended');
    setTimeout(() => this.#flush(), RESTART_DELAY_MS);
  }

  #isIdle(): boolean {
    return this.#inFlight.length === 0 && this.#queue.depth === 0;
  }
}
