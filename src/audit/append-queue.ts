import { AuditNotWritten } from './audit-not-written.js';
import type { ChangeLost } from './change-lost.js';
import type { LogEntry } from './domain/log-entry.js';

export interface Waiting {
  /** Absent where only a commit is wanted. */
  readonly entry: LogEntry | undefined;
  readonly isSettled: boolean;
  resolve(leafIndex: number): void;
  reject(error: AuditNotWritten | ChangeLost): void;
}

export interface QueueBounds {
  readonly eventsMax: number;
  readonly waitMsMax: number;
}

/** Events on their way to disk: so many at most, none longer than so long. */
export class AppendQueue {
  readonly #bounds: QueueBounds;
  #waiting: Waiting[] = [];

  constructor(bounds: QueueBounds) {
    this.#bounds = bounds;
  }

  get depth(): number {
    return this.#waiting.length;
  }

  /** Resolves or rejects with its fate, at the latest when the wait is over. */
  add(entry: LogEntry | undefined): Promise<number> {
    if (this.#waiting.length >= this.#bounds.eventsMax) {
      return Promise.reject(new AuditNotWritten('the audit queue is full'));
    }
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const timer = setTimeout(() => this.#expire(waiting), this.#bounds.waitMsMax);
    const waiting = settleOnce({ entry, timer, resolve, reject });
    this.#waiting.push(waiting);
    return promise;
  }

  /** The next batch, in the order of arrival, with so many changes at most. */
  take(eventsMax: number, changesMax = Infinity): readonly Waiting[] {
    let changes = 0;
    const end = this.#waiting
      .slice(0, eventsMax)
      .findIndex(({ entry }) => entry?.change !== undefined && (changes += 1) > changesMax);
    return this.#waiting.splice(0, end === -1 ? eventsMax : end);
  }

  #expire(waiting: Waiting): void {
    waiting.reject(new AuditNotWritten('the audit log did not answer in time'));
    // All wait equally long, so whatever is over stands in front.
    while (this.#waiting[0]?.isSettled) this.#waiting.shift();
  }
}

function settleOnce(parts: {
  entry: LogEntry | undefined;
  timer: NodeJS.Timeout;
  resolve: (leafIndex: number) => void;
  reject: (error: AuditNotWritten | ChangeLost) => void;
}): Waiting {
  let isSettled = false;
  const settle = (tell: () => void) => {
    if (isSettled) return;
    isSettled = true;
    clearTimeout(parts.timer);
    tell();
  };
  return {
    entry: parts.entry,
    get isSettled() {
      return isSettled;
    },
    resolve: (leafIndex) => settle(() => parts.resolve(leafIndex)),
    reject: (error) => settle(() => parts.reject(error)),
  };
}
