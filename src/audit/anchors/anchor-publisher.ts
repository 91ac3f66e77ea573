import { setTimeout as wait } from 'node:timers/promises';
import { limits } from '../../core/limits.js';
import { LogDamaged } from '../log/log-damaged.js';
import type { StoredCheckpoint } from '../log/log-store.js';
import { backoffMs } from '../sinks/domain/delivery-backoff.js';
import type { Outbox } from '../sinks/outbox.js';
import {
  type Anchor,
  AnchorAhead,
  type AnchorBefore,
  type AnchorCall,
  AnchorFailed,
  isReadable,
} from './anchor.js';
import type { Acceptances, AnchoredLog } from './anchored-log.js';
import {
  type AnchoredNote,
  type AnchoredTree,
  isSameTree,
  noteOf,
} from './domain/anchored-tree.js';
import { type AnchoringRule, isAnchoringDue } from './domain/anchoring-due.js';
import { isGivenUp, isOfGivenUpBranch, largestOf } from './domain/given-up.js';
import type { LastSignedCheckpoint } from './last-signed-checkpoint.js';

export interface AnchorPublisherDependencies {
  readonly anchor: Anchor;
  readonly log: Pick<
    AnchoredLog,
    'newest' | 'hasNews' | 'acceptances' | 'verifiers' | 'beginsWith'
  >;
  readonly outbox: Pick<Outbox, 'lease' | 'advance' | 'release'>;
  readonly rule: AnchoringRule;
  /** Whether the place was compared with the log. */
  readonly isVerified: () => boolean;
  /** Writes into the log that a checkpoint was anchored. */
  readonly record: (checkpoint: StoredCheckpoint, place: string) => Promise<void>;
  readonly onAlarm: (message: string) => void;
  /** How long another process may be said to look after the place. */
  readonly aloneMs?: number;
  /** Told where the log does not lead to what the place has. */
  readonly onContradiction: () => void;
  /** The same of a branch that was given up: more was lost than was accepted. */
  readonly onMoreLost: (known: AnchoredNote) => void;
}

/** In the table of sinks, whose names have no such sign. */
const ROW_PREFIX = '@';
const BACKOFF = { minMs: 1_000, maxMs: limits.auditAnchorBackoffMsMax } as const;

/** What an anchor is called in the outbox. */
export function anchorRow({ place }: Pick<Anchor, 'place'>): string {
  return `${ROW_PREFIX}${place}`;
}

/** The place of the anchor that has this row in the outbox. */
export function placeOfRow(row: string): string {
  return row.slice(ROW_PREFIX.length);
}

/** Puts the newest checkpoint into one place, again and again; nobody waits for it. */
export class AnchorPublisher {
  readonly #parts: AnchorPublisherDependencies;
  readonly #row: string;
  readonly #ending = new AbortController();
  #isStopping = false;
  /** Size that was anchored last, as this process knows, or the place itself says. */
  #anchored = 0;
  /** Whether another process looks after the place, by what the database says. */
  #isLeased = false;
  #leasedAtMs = 0;
  #lastMs: number | undefined;
  readonly #startedMs = Date.now();
  #strange: string | undefined;
  /** The checkpoint that this process has put there last. */
  #put: AnchoredNote | undefined;
  #hasLost = false;
  /** What is to be put there although the log may not lead to it. */
  #testimony: Pick<LastSignedCheckpoint, 'held' | 'newest'> | undefined;
  #failures = 0;
  #failingSinceMs: number | undefined;
  #running: Promise<void> | undefined;
  #wake: AbortController | undefined;

  constructor(parts: AnchorPublisherDependencies) {
    this.#parts = parts;
    this.#row = anchorRow(parts.anchor);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Puts what was signed last there although the log has it no more: for the next start. */
  testify(signed: Pick<LastSignedCheckpoint, 'held' | 'newest'>): void {
    this.#testimony = signed;
    this.#wake?.abort();
  }

  /** Since when the place takes nothing. */
  get failingSinceMs(): number | undefined {
    return this.#failingSinceMs;
  }

  /** What the place has beside checkpoints, as half a sentence. */
  get strange(): string | undefined {
    return this.#strange;
  }

  /** Whether checkpoints are gone that the place had. */
  get hasLost(): boolean {
    return this.#hasLost;
  }

  /** Anchors what is left, once, within a bounded time; then ends. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wake?.abort();
    const deadline = setTimeout(() => this.#ending.abort(), limits.auditAnchorStopMsMax);
    await this.#running;
    if (this.#running !== undefined) await this.#step().catch(() => undefined);
    clearTimeout(deadline);
    if (this.#isLeased) await this.#parts.outbox.release(this.#row).catch(() => {});
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const pauseMs = await this.#step().then(
        () => limits.auditAnchorTickMs,
        (error: unknown) => this.#failed(error),
      );
      this.#wake = new AbortController();
      const { signal } = this.#wake;
      if (this.#isStopping) return;
      await wait(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #step(): Promise<void> {
    const { log, rule } = this.#parts;
    await this.#putTestimony();
    if (!this.#parts.isVerified()) return;
    await this.#keepLease();
    if (!this.#isLeased && !this.#isAloneTooLong) return;
    const checkpoint = await log.newest();
    if (checkpoint === undefined) return;
    const progress = { anchoredSize: this.#anchored, lastMs: this.#lastMs };
    const everyMs = this.#isStopping ? 0 : rule.everyMs;
    if (!isAnchoringDue(checkpoint.size, progress, { ...rule, everyMs }, Date.now())) return;
    if (!(await log.hasNews(this.#anchored, checkpoint.size))) return;
    // It proves nothing there, and may be there already: the next one is of another branch.
    if (isGivenUp(noteOf(checkpoint), (await log.acceptances()).accepted)) return;
    await this.#anchor(checkpoint);
  }

  /** A lease is a row that whoever writes the database can hold for ever. */
  get #isAloneTooLong(): boolean {
    const { aloneMs = limits.auditAnchorAloneMs } = this.#parts;
    return Date.now() - (this.#lastMs ?? this.#startedMs) >= aloneMs;
  }

  async #anchor(checkpoint: StoredCheckpoint): Promise<void> {
    const { anchor, log, record, outbox, onMoreLost } = this.#parts;
    const beginsWith = (known: AnchoredTree) => log.beginsWith(known, checkpoint);
    const call = await this.#call();
    try {
      const before = await anchor.put(checkpoint, { ...call, beginsWith, onMoreLost });
      this.#noteStrange(before.strange);
      await this.#compare(before, call);
      this.#put = noteOf(checkpoint);
    } catch (error) {
      if (!(error instanceof AnchorAhead)) throw error;
      // Another process may have been faster.
      const newest = await log.newest();
      if (newest !== undefined && (await log.beginsWith(error.known, newest))) return;
      this.#parts.onContradiction();
      throw error;
    }
    this.#succeeded(checkpoint);
    // A log that cannot be written says so itself.
    await record(checkpoint, anchor.place).catch(() => undefined);
    this.#isLeased = await outbox.advance(this.#row, checkpoint.size);
    this.#leasedAtMs = Date.now();
  }

  /** Stays until the process ends: others may write over it, or behind it. */
  #noteStrange(strange: string | undefined): void {
    if (strange === undefined || this.#strange !== undefined) return;
    this.#strange = strange;
    this.#parts.onAlarm(`the anchor ${this.#parts.anchor.place} was written by others: ${strange}`);
  }

  /** A place that shows smaller ones alone may have lost what this process has put there. */
  async #compare({ largest }: AnchorBefore, call: AnchorCall): Promise<void> {
    const { anchor } = this.#parts;
    const put = this.#put;
    if (put === undefined || !isReadable(anchor) || isGivenUp(put, call.accepted)) return;
    if (largest !== undefined && largest.size >= put.size) return;
    // Older ones at its end may hide it: all that is read of the place decides.
    const { notes } = await anchor.held(call);
    if (!notes.some((note) => isSameTree(note, put))) this.#noteLoss();
  }

  /** Stays until the process ends, as evidence of somebody who can write there. */
  #noteLoss(): void {
    this.#hasLost = true;
    this.#parts.onAlarm(`the anchor ${this.#parts.anchor.place} has lost checkpoints`);
  }

  async #keepLease(): Promise<void> {
    const nowMs = Date.now();
    if (this.#isLeased && nowMs - this.#leasedAtMs < limits.auditLeaseMs / 3) return;
    // A new row begins with nothing, also where the first entries are pruned.
    const known = await this.#parts.outbox.lease(this.#row, 0);
    const isFirst = known !== undefined && !this.#isLeased;
    if (isFirst) this.#anchored = await this.#sizeThere(known);
    this.#leasedAtMs = nowMs;
    this.#isLeased = known !== undefined;
  }

  /**
   * How far the place has come: what the database says of that may be anything. One that cannot be
   * read gets the newest checkpoint, and so does one that has lost what it had.
   */
  async #sizeThere(known: number): Promise<number> {
    const { anchor } = this.#parts;
    if (!isReadable(anchor)) return 0;
    const call = await this.#call();
    const { notes } = await anchor.held(call);
    if (notes.length === 0 && known > 0) this.#noteLoss();
    return largestOf(notes.filter((note) => !isOfGivenUpBranch(note, call.accepted)))?.size ?? 0;
  }

  /** What it has already it follows: this process has signed no log that does not. */
  async #putTestimony(): Promise<void> {
    const signed = this.#testimony;
    if (signed === undefined) return;
    // A log that was put back may be one that cannot be read.
    const call = await this.#call({ accepted: [], foreign: [] });
    const [held] = (await signed.held(call)).notes;
    const { newest } = signed;
    if (held !== undefined && newest !== undefined && !isGivenUp(held, call.accepted)) {
      const beginsWith = ({ size }: AnchoredTree) => Promise.resolve(size <= newest.size);
      await this.#parts.anchor
        .put(newest, { ...call, beginsWith, onMoreLost: this.#parts.onMoreLost })
        .catch((error: unknown) => {
          if (!(error instanceof AnchorAhead)) throw error;
        });
    }
    this.#testimony = undefined;
    // How far the place has come stands in the database, which is another one now.
    this.#isLeased = false;
  }

  async #call(orElse?: Acceptances): Promise<AnchorCall> {
    const deadline = AbortSignal.timeout(limits.auditAnchorMsMax);
    const signal = AbortSignal.any([this.#ending.signal, deadline]);
    const { verifiers } = this.#parts.log;
    const acceptances = this.#parts.log.acceptances();
    const { accepted } = await (orElse === undefined
      ? acceptances
      : acceptances.catch(() => orElse));
    return { signal, accepted, verifiers };
  }

  #succeeded({ size }: StoredCheckpoint): void {
    this.#anchored = size;
    this.#lastMs = Date.now();
    this.#failures = 0;
    if (this.#failingSinceMs === undefined) return;
    this.#failingSinceMs = undefined;
    this.#parts.onAlarm(`the anchor ${this.#parts.anchor.place} takes checkpoints again`);
  }

  /** How long to wait before the next attempt. */
  #failed(error: unknown): number {
    this.#failures += 1;
    if (this.#failingSinceMs === undefined) {
      this.#failingSinceMs = Date.now();
      const isTold = error instanceof AnchorFailed || error instanceof LogDamaged;
      const reason = isTold ? error.message : 'the log cannot be read';
      this.#parts.onAlarm(`the anchor ${this.#parts.anchor.place} takes no checkpoint: ${reason}`);
    }
    return backoffMs(this.#failures, BACKOFF, Math.random());
  }
}
