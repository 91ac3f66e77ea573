import type { Clock } from '../core/clock.js';
import { rotationLimits } from '../core/rotation-limits.js';
import { within } from '../core/within.js';
import type { DeliveryOutcome } from './notifications/domain/classify-delivery.js';
import type { NotificationRow } from './notifications/domain/rotation-event.js';
import { nextDeliveryMs } from './store/domain/next-delivery.js';
import type { OutboxCounts, OutboxRows, TakenRow } from './store/outbox-rows.js';

export interface NotificationDispatcherDependencies {
  readonly rows: Pick<OutboxRows, 'take' | 'remove' | 'tryAgain' | 'bury' | 'count' | 'purge'>;
  /** An exception counts as `retry`. The signal ends the delivery. */
  readonly deliver: (row: NotificationRow, signal: AbortSignal) => Promise<DeliveryOutcome>;
  readonly clock: Clock;
  readonly onAlarm: (message: string) => void;
  /** Outcome of one delivery. */
  readonly onDelivery?: (outcome: 'delivered' | 'retry' | 'dead') => void;
  readonly onCount?: (counts: OutboxCounts) => void;
}

/**
 * Delivers notifications of runs at least once, with a stable id and in order for each Secret. A
 * notification that is not accepted within a day is given up and retained for a while. Several
 * processes may deliver concurrently.
 */
export class NotificationDispatcher {
  readonly #parts: NotificationDispatcherDependencies;
  readonly #stopping = new AbortController();
  #feeding: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #isFailing = false;
  #isFull = false;
  #countedAtMs = -Infinity;

  constructor(parts: NotificationDispatcherDependencies) {
    this.#parts = parts;
  }

  start(): void {
    this.#feeding ??= this.#feed();
  }

  /** Wakes the dispatcher before its next poll, because there is something new. */
  nudge(): void {
    this.#wake?.();
  }

  /** Stops active deliveries; the next process that polls tries them again. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#feeding;
  }

  async #feed(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const hadSome = await this.#look();
      if (!hadSome && !this.#stopping.signal.aborted) await this.#pause();
    }
  }

  /** Reports whether there was anything to deliver. */
  async #look(): Promise<boolean> {
    try {
      await this.#countSometimes();
      const taken = await this.#parts.rows.take(rotationLimits.outboxAtOnceMax);
      await Promise.all(taken.map((one) => this.#deliver(one)));
      this.#isFailing = false;
      return taken.length > 0;
    } catch {
      // The database's own errors contain more.
      if (!this.#isFailing) this.#parts.onAlarm('notifications of rotations cannot be read');
      this.#isFailing = true;
      return false;
    }
  }

  async #deliver(taken: TakenRow): Promise<void> {
    const { rows, clock, onDelivery } = this.#parts;
    const outcome = await this.#outcomeOf(taken.row);
    if (outcome === 'retry' && this.#stopping.signal.aborted) return rows.tryAgain(taken, 0);
    if (outcome === 'delivered') {
      await rows.remove(taken);
      onDelivery?.('delivered');
      return;
    }
    const failed = { attempts: taken.attempts, ageMs: clock.nowMs() - taken.row.timeMs };
    const inMs = outcome === 'rejected' ? undefined : nextDeliveryMs(failed, Math.random());
    await (inMs === undefined ? rows.bury(taken) : rows.tryAgain(taken, inMs));
    onDelivery?.(inMs === undefined ? 'dead' : 'retry');
  }

  async #outcomeOf(row: NotificationRow): Promise<DeliveryOutcome> {
    const deadline = AbortSignal.timeout(rotationLimits.outboxDeliveryMsMax);
    const signal = AbortSignal.any([this.#stopping.signal, deadline]);
    try {
      return await within(signal, this.#parts.deliver(row, signal));
    } catch {
      return 'retry';
    }
  }

  async #countSometimes(): Promise<void> {
    const { rows, clock, onCount, onAlarm } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#countedAtMs < rotationLimits.outboxCountMs) return;
    await rows.purge();
    const counts = await rows.count();
    this.#countedAtMs = nowMs;
    onCount?.(counts);
    const isFull = counts.waiting + counts.dead >= rotationLimits.outboxRowsMax;
    if (isFull && !this.#isFull) {
      onAlarm('notifications of rotations are dropped: too many of them are not delivered');
    }
    this.#isFull = isFull;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, rotationLimits.outboxLookMs).unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
