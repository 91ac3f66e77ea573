import { setTimeout as wait } from 'node:timers/promises';
import { limits } from '../../core/limits.js';
import { afterDelivery } from './domain/after-delivery.js';
import { backoffMs } from './domain/delivery-backoff.js';
import { type SinkEntry, halvesOf } from './domain/sink-entry.js';
import type { SinkState } from './domain/sink-state.js';
import type { Outbox } from './outbox.js';
import type { Delivery, Sink } from './sink.js';

export interface FeederDependencies {
  readonly sink: Sink;
  readonly outbox: Outbox;
  /** Reports what an operator must know: a sink fails, accepts again, refuses events. */
  readonly onAlarm: (message: string) => void;
  readonly backoff?: { readonly minMs: number; readonly maxMs: number };
}

const BACKOFF = {
  minMs: limits.auditSinkBackoffMsMin,
  maxMs: limits.auditSinkBackoffMsMax,
} as const;
/** Counting them takes a while if there are many. */
const DEAD_LETTERS_KEPT_MS = 30_000;

/**
 * Sender of the log to a sink: in order, each entry at least once, one batch at a time. It waits
 * only for its sink, and nothing waits for it.
 */
export class SinkSender {
  readonly #parts: FeederDependencies;
  readonly #name: string;
  readonly #ending = new AbortController();
  #isDraining = false;
  /** The next leaf index; undefined while another process feeds the sink. */
  #next: number | undefined;
  #savedNext = -1;
  #savedAtMs = 0;
  #failures = 0;
  #failing: SinkState['failing'];
  #running: Promise<void> | undefined;
  #deadLetters: { readonly count: number; readonly atMs: number } | undefined;

  constructor(parts: FeederDependencies) {
    this.#parts = parts;
    this.#name = parts.sink.name;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Feeds the remaining entries while the sink accepts them, for at most this time; then ends. */
  async stop(drainMs: number = limits.auditSinkStopMsMax): Promise<void> {
    this.#isDraining = true;
    const deadline = setTimeout(() => this.#ending.abort(), drainMs);
    await this.#running;
    clearTimeout(deadline);
    if (this.#next !== undefined) {
      await this.#save().catch(() => undefined);
      await this.#parts.outbox.release(this.#name).catch(() => undefined);
    }
    await this.#parts.sink.close();
  }

  /** Returns the state. Throws if the database cannot be read. */
  async state(): Promise<SinkState> {
    const { outbox } = this.#parts;
    const { next, size } = await outbox.progress(this.#name);
    const known = this.#deadLetters;
    if (known === undefined || Date.now() - known.atMs >= DEAD_LETTERS_KEPT_MS) {
      this.#deadLetters = { count: await outbox.deadLetters(this.#name), atMs: Date.now() };
    }
    return {
      name: this.#name,
      lagEvents: Math.max(0, size - Math.max(next, this.#next ?? 0)),
      deadLetters: this.#deadLetters?.count ?? 0,
      ...(this.#failing && { failing: this.#failing }),
    };
  }

  async #run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const isDone = await this.#step().catch(async () => {
        const reason = 'the database cannot be used';
        await this.#failed({ kind: 'failed', reason, isAnswered: false });
        return this.#isDraining;
      });
      if (isDone) return;
    }
  }

  /** Feeds one batch; returns whether there is nothing more to do. */
  async #step(): Promise<boolean> {
    // The value when the log was read: entries may have been added since.
    const isDraining = this.#isDraining;
    const next = this.#next ?? (await this.#parts.outbox.lease(this.#name));
    if (next === undefined) {
      if (!isDraining) await this.#pause(limits.auditLeasePollMs);
      return isDraining;
    }
    if (this.#next === undefined) this.#savedNext = next;
    this.#next = next;
    const { entries } = await this.#parts.outbox.pending(next);
    if (entries.length > 0) await this.#feed(entries);
    else if (!isDraining) await this.#pause(limits.auditSinkPollMs);
    await this.#saveIfDue();
    const isOver = entries.length === 0 || this.#failing !== undefined;
    return isDraining && isOver;
  }

  /** Feeds a batch until it is accepted or buried, in parts if necessary; or until the end. */
  async #feed(entries: readonly SinkEntry[]): Promise<void> {
    const parts = [entries];
    let answeredFailures = 0;
    while (parts.length > 0 && this.#next !== undefined) {
      const [part = []] = parts;
      const delivery = await this.#parts.sink.deliver(part, this.#ending.signal);
      if (this.#ending.signal.aborted && delivery.kind !== 'taken') return;
      if (delivery.kind === 'failed' && delivery.isAnswered) answeredFailures += 1;
      const attemptsMax = limits.auditSinkAttemptsMax;
      const history = { events: part.length, answeredFailures, attemptsMax };
      const step = afterDelivery(delivery.kind, history);
      if (step === 'again' && delivery.kind === 'failed') {
        await this.#failed(delivery);
        if (this.#isDraining) return;
        continue;
      }
      answeredFailures = 0;
      parts.splice(0, 1, ...(step === 'split' ? (halvesOf(part) ?? []) : []));
      if (step !== 'split') await this.#finish(part, delivery);
    }
  }

  async #finish(part: readonly SinkEntry[], delivery: Delivery): Promise<void> {
    if (delivery.kind !== 'taken') {
      await this.#bury(part, delivery.reason);
      this.#next = (part.at(-1)?.leafIndex ?? 0) + 1;
      // A receiver that refuses everything is tried more and more rarely.
      await this.#failed(delivery);
      return;
    }
    this.#next = (part.at(-1)?.leafIndex ?? 0) + 1;
    this.#taken();
  }

  #taken(): void {
    this.#failures = 0;
    if (this.#failing === undefined) return;
    this.#failing = undefined;
    this.#parts.onAlarm(`the audit sink ${this.#name} takes events again`);
  }

  /** Waits before the next attempt, and keeps the lease meanwhile. */
  async #failed(delivery: Exclude<Delivery, { readonly kind: 'taken' }>): Promise<void> {
    const { reason } = delivery;
    this.#failures += 1;
    if (this.#failing === undefined) {
      this.#failing = { sinceMs: Date.now(), reason };
      this.#parts.onAlarm(`the audit sink ${this.#name} takes no events: ${reason}`);
    }
    if (this.#isDraining) return;
    const bounds = this.#parts.backoff ?? BACKOFF;
    const delayMs = backoffMs(this.#failures, bounds, Math.random());
    const askedMs = delivery.kind === 'failed' ? (delivery.retryAfterMs ?? 0) : 0;
    await this.#pause(Math.min(Math.max(delayMs, askedMs), bounds.maxMs));
    await this.#save().catch(() => undefined);
  }

  async #bury(entries: readonly SinkEntry[], reason: string): Promise<void> {
    const last = entries.at(-1)?.leafIndex;
    await this.#parts.outbox.bury(this.#name, entries, reason);
    this.#deadLetters = undefined;
    this.#parts.onAlarm(
      `the audit sink ${this.#name} would not take the events ` +
        `${entries[0]?.leafIndex} to ${last}: ${reason}`,
    );
  }

  async #saveIfDue(): Promise<void> {
    const nowMs = Date.now();
    const isNew = this.#next !== this.#savedNext;
    const dueMs = isNew ? limits.auditSinkProgressMs : limits.auditLeaseMs / 3;
    if (nowMs - this.#savedAtMs >= dueMs) await this.#save();
  }

  /** Saves the position; the delivered entries must be durable first. */
  async #save(): Promise<void> {
    const next = this.#next;
    if (next === undefined) return;
    if (next !== this.#savedNext) await this.#parts.sink.settle();
    const isOurs = await this.#parts.outbox.advance(this.#name, next);
    this.#savedAtMs = Date.now();
    this.#savedNext = next;
    if (!isOurs) this.#next = undefined;
  }

  async #pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#ending.signal, ref: false }).catch(() => undefined);
  }
}
