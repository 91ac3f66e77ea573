import { setTimeout as sleep } from 'node:timers/promises';
import type { AppendLog, Appended } from '../append-log.js';
import type { LogEntry } from '../domain/log-entry.js';
import type { ChainTail } from './domain/chain.js';
import { pauseMs } from './domain/pause.js';
import { PostgresQueue } from './postgres-queue.js';
import { Sequencer, type SequencerOptions } from './sequencer.js';

/** Audit log in PostgreSQL: a queue to which each process appends, and the sequencer of all. */
export class QueuedLog implements AppendLog {
  readonly #queue: PostgresQueue;
  readonly #sequencer: Sequencer;

  constructor({ tail, ...options }: SequencerOptions & { readonly tail?: ChainTail }) {
    const { url, mac } = options;
    this.#queue = new PostgresQueue(url, { mac, ...(tail !== undefined && { tail }) });
    this.#sequencer = new Sequencer(options);
    this.#sequencer.start();
  }

  async append(entries: readonly LogEntry[]): Promise<Appended> {
    if (this.#sequencer.loss !== undefined) throw this.#sequencer.loss;
    // The sequencer of this process has the processor meanwhile.
    const ms = pauseMs(this.#queue.behind);
    if (ms > 0) await sleep(ms);
    const appended = await this.#queue.append(entries);
    if (entries.length > 0) this.#sequencer.nudge();
    return appended;
  }

  forget(): void {
    this.#queue.forget();
    this.#sequencer.forget();
  }

  async close(): Promise<void> {
    await this.#queue.close();
    await this.#sequencer.stop();
  }
}
