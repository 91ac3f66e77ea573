import { AuditNotWritten } from './audit-not-written.js';
import type { ChangeLost } from './change-lost.js';
import type { EntryPlace } from './domain/entry-place.js';
import type { LogEntry } from './domain/log-entry.js';

export interface QueueBounds {
  readonly eventsMax: number;
  readonly waitMsMax: number;
}

/** Event on its way to disk. Its result is reported once. */
export class Waiting {
  /** Absent if only a commit is wanted. */
  readonly entry: LogEntry | undefined;
  readonly addedAtMs: number;
  readonly fate: Promise<EntryPlace>;
  readonly #resolve: (place: EntryPlace) => void;
  readonly #reject: (error: AuditNotWritten | ChangeLost) => void;
  #isSettled = false;

  constructor(entry: LogEntry | undefined, addedAtMs: number) {
    const { promise, resolve, reject } = Promise.withResolvers<EntryPlace>();
    this.entry = entry;
    this.addedAtMs = addedAtMs;
    this.fate = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  resolve(place: EntryPlace): void {
    this.#isSettled = true;
    this.#resolve(place);
  }

  reject(error: AuditNotWritten | ChangeLost): void {
    this.#isSettled = true;
    this.#reject(error);
  }
}

/** Events on their way to disk, with a maximum number and a maximum wait. */
export class AppendQueue {
  readonly #bounds: QueueBounds;
  #waiting: Waiting[] = [];
  /** Taken, and perhaps not settled yet; added before everything that still waits. */
  #taken: readonly Waiting[] = [];
  /** One timer for all: they wait equally long. */
  #timer: NodeJS.Timeout | undefined;

  constructor(bounds: QueueBounds) {
    this.#bounds = bounds;
  }

  get depth(): number {
    return this.#waiting.length;
  }

  /** Resolves or rejects with the result, at the latest when the wait is over. */
  add(entry: LogEntry | undefined): Promise<EntryPlace> {
    if (this.#waiting.length >= this.#bounds.eventsMax) {
      return Promise.reject(new AuditNotWritten('the audit queue is full'));
    }
    const waiting = new Waiting(entry, performance.now());
    this.#waiting.push(waiting);
    if (this.#timer === undefined) this.#timer = this.#expireIn(this.#bounds.waitMsMax);
    return waiting.fate;
  }

  /**
   * Takes the next batch in order of arrival, with a maximum number of changes. The previous batch
   * is settled, or too late.
   */
  take(eventsMax: number, changesMax = Infinity): readonly Waiting[] {
    let changes = 0;
    const end = this.#waiting
      .slice(0, eventsMax)
      .findIndex(({ entry }) => entry?.change !== undefined && (changes += 1) > changesMax);
    const batch = this.#waiting.splice(0, end === -1 ? eventsMax : end);
    this.#taken = [...this.#taken.filter((one) => !one.isSettled), ...batch];
    return batch;
  }

  #expire(): void {
    const overAtMs = performance.now() - this.#bounds.waitMsMax;
    const unsettled = [...this.#taken, ...this.#waiting].filter((one) => !one.isSettled);
    const isOver = ({ addedAtMs }: Waiting) => addedAtMs <= overAtMs;
    for (const one of unsettled.filter(isOver)) {
      one.reject(new AuditNotWritten('the audit log did not answer in time'));
    }
    this.#waiting = this.#waiting.filter((one) => !one.isSettled);
    const [oldest] = unsettled.filter((one) => !one.isSettled);
    this.#timer = oldest && this.#expireIn(Math.max(1, oldest.addedAtMs - overAtMs));
  }

  /** Keeps no process alive: if an event waits, a thread does. */
  #expireIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#expire(), ms).unref();
  }
}
