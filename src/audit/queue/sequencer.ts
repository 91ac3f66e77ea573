import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { limits } from '../../core/limits.js';
import type { RowMac } from '../../encryption/domain/row-mac.js';
import { checkServer } from '../../platform/storage/postgres/check-server.js';
import { openClient, type OpenClient } from '../../platform/storage/postgres/open-client.js';
import { paces } from '../../platform/storage/postgres/paces.js';
import { toPostgresError } from '../../platform/storage/postgres/postgres-error.js';
import { serverName } from '../../platform/storage/postgres/server-address.js';
import { LogShrunk } from '../append-log.js';
import { faultSentence } from './domain/fault-event.js';
import { planChain } from './domain/plan-chain.js';
import { entriesWaiting } from './domain/entries-waiting.js';
import { callsOf, entriesIn, sequencedBatch } from './domain/sequenced-batch.js';
import { logState, suspectWriters, unintegrated } from './sequencer-reads.js';
import {
  checkedHead,
  claimed,
  integrated,
  lossAccepted,
  released,
  tidied,
} from './sequencer-writes.js';

/** Work of one process as the sequencer. */
export interface SequencerProgress {
  /** Number of entries that this process has just given leaf indexes. */
  readonly integrated: number;
  /** Number of queued entries of all processes; 0 if another process is the sequencer. */
  readonly waiting: number;
}

export interface SequencerOptions {
  readonly url: string;
  readonly mac: RowMac;
  /** Called after a batch, and when the number of entries that wait has changed. */
  readonly onProgress: (progress: SequencerProgress) => void;
  /** Reports what an operator must know: damage of the queue, or that nothing is integrated. */
  readonly onAlarm: (message: string) => void;
}

/** Longest pause of a sequencer that finds nothing. */
const IDLE_MS = 5 * limits.auditSequenceEveryMs;
const CHAIN_ENTRIES_MIN = 8;

/**
 * Gives queued entries their leaf indexes, in batches. One process of all does it, by a lease with
 * an epoch: a statement of a process whose lease another one has taken changes nothing. Everything
 * that it must know is in the database, so that a lost response costs nothing.
 */
export class Sequencer {
  readonly #options: SequencerOptions;
  readonly #server: string;
  readonly #holder = randomUUID();
  readonly #stopping = new AbortController();
  #open: OpenClient | undefined;
  #epoch: number | undefined;
  #claimedAtMs = -Infinity;
  #tidiedAtMs = -Infinity;
  #chains = 1;
  /** Writers whose rows others than gateways may have changed. */
  #suspects: readonly number[] = [];
  #waiting = 0;
  #isIdle = false;
  #failingSinceMs: number | undefined;
  #isFailureTold = false;
  #loss: LogShrunk | undefined;
  #isLossAccepted = false;
  #loop: Promise<void> | undefined;
  #wake: (() => void) | undefined;

  constructor(options: SequencerOptions) {
    this.#options = options;
    this.#server = serverName(options.url);
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Notifies of entries that this process has queued. */
  nudge(): void {
    if (this.#isIdle) this.#wake?.();
  }

  /** Returns the error while entries are missing that a sequencer has written. */
  get loss(): LogShrunk | undefined {
    return this.#loss;
  }

  /** Notes that an operator has accepted the loss of entries. */
  forget(): void {
    this.#loss = undefined;
    this.#isLossAccepted = true;
    this.#drop();
  }

  /** Integrates what is queued, unless another process does, within a bounded time; then ends. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#loop;
    const deadline = setTimeout(() => this.#drop(), limits.auditSequencerStopMsMax);
    await this.#finish().catch(() => undefined);
    clearTimeout(deadline);
    this.#drop();
  }

  async #run(): Promise<void> {
    let pauseMs: number = limits.auditSequenceEveryMs;
    while (!this.#stopping.signal.aborted) {
      try {
        const found = await this.#round();
        this.#noteSuccess();
        this.#loss = undefined;
        if (found >= limits.auditSequenceEntriesMax) continue;
        pauseMs = this.#pauseAfter(found, pauseMs);
      } catch (error) {
        this.#drop();
        this.#loss = error instanceof LogShrunk ? error : undefined;
        this.#noteFailure(error);
        pauseMs = limits.auditSequencerPollMs;
      }
      await this.#pause(pauseMs);
    }
  }

  #pauseAfter(found: number, lastMs: number): number {
    if (this.#epoch === undefined) return limits.auditSequencerPollMs;
    if (found > 0) return limits.auditSequenceEveryMs;
    return Math.min(IDLE_MS, lastMs * 2);
  }

  /** Integrates one batch, if this process is the sequencer; returns its number of entries. */
  async #round(): Promise<number> {
    const { client } = this.#open ?? (await this.#connect());
    const epoch = await this.#claim(client);
    if (epoch === undefined) {
      this.#report(0, 0);
      return 0;
    }
    await this.#tidy(client);
    return this.#integrate(client, epoch);
  }

  async #connect(): Promise<OpenClient> {
    const open = await openClient(this.#options.url, paces.work);
    this.#open = open;
    await checkServer(open.client, this.#server);
    await checkedHead(open.client);
    if (this.#isLossAccepted) await lossAccepted(open.client);
    this.#isLossAccepted = false;
    return open;
  }

  #drop(): void {
    this.#open?.drop();
    this.#open = undefined;
  }

  async #claim(client: pg.Client): Promise<number | undefined> {
    const nowMs = performance.now();
    if (nowMs - this.#claimedAtMs < limits.auditSequencerPollMs) return this.#epoch;
    this.#epoch = await claimed(client, this.#holder);
    this.#claimedAtMs = nowMs;
    return this.#epoch;
  }

  async #tidy(client: pg.Client): Promise<void> {
    if (performance.now() - this.#tidiedAtMs < limits.auditChainsTidiedMs) return;
    await tidied(client);
    this.#suspects = await suspectWriters(client, this.#options.mac);
    this.#tidiedAtMs = performance.now();
  }

  async #integrate(client: pg.Client, epoch: number): Promise<number> {
    const { mac, onAlarm } = this.#options;
    const most = limits.auditSequenceEntriesMax;
    const entriesMax = Math.max(CHAIN_ENTRIES_MIN, Math.ceil(most / this.#chains));
    const read = await unintegrated(client, mac, { entriesMax, suspects: this.#suspects });
    this.#chains = Math.max(1, read.length);
    const waiting = entriesWaiting(read);
    this.#report(0, waiting);
    if (read.length === 0) return 0;
    // With many chains the rest comes next, when each has a smaller part.
    const chains = read
      .slice(0, Math.ceil(most / CHAIN_ENTRIES_MIN))
      .map((chain) => planChain(chain, mac));
    const entries = entriesIn(chains);
    const state = await logState(client, mac, callsOf(entries));
    const batch = sequencedBatch(chains, state, mac);
    const { isHolder, isTaken } = await integrated(client, epoch, batch, mac);
    if (!isHolder) this.#epoch = undefined;
    if (!isTaken) return isHolder ? most : 0;
    this.#suspects = [];
    for (const fault of chains.flatMap(({ faults }) => faults)) onAlarm(faultSentence(fault));
    this.#report(batch.rows.length, Math.max(0, waiting - entries.length));
    return read.some(({ isWhole }) => !isWhole) ? most : entries.length;
  }

  #report(integrated: number, waiting: number): void {
    if (integrated === 0 && waiting === this.#waiting) return;
    this.#waiting = waiting;
    this.#options.onProgress({ integrated, waiting });
  }

  async #finish(): Promise<void> {
    this.#claimedAtMs = -Infinity;
    while ((await this.#round()) > 0);
    if (this.#open !== undefined && this.#epoch !== undefined) {
      await released(this.#open.client, this.#holder);
    }
  }

  #noteSuccess(): void {
    if (this.#isFailureTold) this.#options.onAlarm('the audit log is integrated again');
    this.#isFailureTold = false;
    this.#failingSinceMs = undefined;
  }

  /** Ignores a database that briefly does not respond. */
  #noteFailure(error: unknown): void {
    const nowMs = performance.now();
    this.#failingSinceMs ??= nowMs;
    const isLong = nowMs - this.#failingSinceMs >= limits.auditPublishFailingMsTold;
    if (!isLong || this.#isFailureTold) return;
    this.#isFailureTold = true;
    const { message } = toPostgresError(this.#server, error);
    this.#options.onAlarm(`no entries of the audit log can be integrated: ${message}`);
  }

  /** Waits; entries of this process end the pause of an idle sequencer. */
  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#isIdle = this.#epoch !== undefined && ms > limits.auditSequenceEveryMs;
    this.#wake = resolve;
    if (this.#stopping.signal.aborted) resolve();
    await promise;
    clearTimeout(timer);
    this.#isIdle = false;
    this.#wake = undefined;
  }
}
