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
  /** Whether the anchor was compared with the log. */
  readonly isVerified: () => boolean;
  /** Records in the log that a checkpoint was anchored. */
  readonly record: (checkpoint: StoredCheckpoint, place: string) => Promise<void>;
  readonly onAlarm: (message: string) => void;
  /** How long another process may claim to serve the anchor. */
  readonly aloneMs?: number;
  /** Called if the log does not extend the anchor's tree. */
  readonly onContradiction: () => void;
  /** Called if an abandoned branch had more entries than the accepted loss. */
  readonly onMoreLost: (known: AnchoredNote) => void;
}

/** Prefix in the table of sinks, whose names cannot contain this sign. */
const ROW_PREFIX = '@';
const BACKOFF = { minMs: 1_000, maxMs: limits.auditAnchorBackoffMsMax } as const;

/** Returns the name of an anchor in the outbox. */
export function anchorRow({ place }: Pick<Anchor, 'place'>): string {
  return `${ROW_PREFIX}${place}`;
}

/** Returns the place of the anchor with this row in the outbox. */
export function placeOfRow(row: string): string {
  return row.slice(ROW_PREFIX.length);
}

/** Background publisher of the newest checkpoint to one anchor, in a loop. */
export class AnchorPublisher {
  readonly #parts: AnchorPublisherDependencies;
  readonly #row: string;
  readonly #ending = new AbortController();
  #isStopping = false;
  /** Size of the last anchored checkpoint, as known to this process or read from the anchor. */
  #anchored = 0;
  /** Whether another process serves the anchor, according to the database. */
  #isLeased = false;
  #leasedAtMs = 0;
  #lastMs: number | undefined;
  readonly #startedMs = Date.now();
  #strange: string | undefined;
  /** The last checkpoint that this process has put there. */
  #put: AnchoredNote | undefined;
  #hasLost = false;
  /** Checkpoints to put there although the log may not extend to them. */
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

  /** Anchors what was signed last, although the log no longer has it: for the next start. */
  testify(signed: Pick<LastSignedCheckpoint, 'held' | 'newest'>): void {
    this.#testimony = signed;
    this.#wake?.abort();
  }

  /** Returns the time since which the anchor accepts nothing. */
  get failingSinceMs(): number | undefined {
    return this.#failingSinceMs;
  }

  /** Contents of the anchor that are not checkpoints, as half a sentence. */
  get strange(): string | undefined {
    return this.#strange;
  }

  /** Reports whether the anchor has lost checkpoints. */
  get hasLost(): boolean {
    return this.#hasLost;
  }

  /** Anchors the remaining checkpoint, once, within a bounded time; then ends. */
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
    // It proves nothing there, and may already be there: the next checkpoint is of another branch.
    if (isGivenUp(noteOf(checkpoint), (await log.acceptances()).accepted)) return;
    await this.#anchor(checkpoint);
  }

  /** Reports whether the lease is too old: a writer of the database can keep its row for ever. */
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
    // A log that cannot be written reports that itself.
    await record(checkpoint, anchor.place).catch(() => undefined);
    this.#isLeased = await outbox.advance(this.#row, checkpoint.size);
    this.#leasedAtMs = Date.now();
  }

  /** Stays until the process ends: other writers may overwrite the contents, or append to them. */
  #noteStrange(strange: string | undefined): void {
    if (strange === undefined || this.#strange !== undefined) return;
    this.#strange = strange;
    this.#parts.onAlarm(`the anchor ${this.#parts.anchor.place} was written by others: ${strange}`);
  }

  /** Compares sizes: an anchor with only smaller checkpoints may have lost this process's. */
  async #compare({ largest }: AnchorBefore, call: AnchorCall): Promise<void> {
    const { anchor } = this.#parts;
    const put = this.#put;
    if (put === undefined || !isReadable(anchor) || isGivenUp(put, call.accepted)) return;
    if (largest !== undefined && largest.size >= put.size) return;
    // Older checkpoints at its end may hide it: everything read from the anchor decides.
    const { notes } = await anchor.held(call);
    if (!notes.some((note) => isSameTree(note, put))) this.#noteLoss();
  }

  /** Stays until the process ends, as evidence of an unauthorized writer. */
  #noteLoss(): void {
    this.#hasLost = true;
    this.#parts.onAlarm(`the anchor ${this.#parts.anchor.place} has lost checkpoints`);
  }

  async #keepLease(): Promise<void> {
    const nowMs = Date.now();
    if (this.#isLeased && nowMs - this.#leasedAtMs < limits.auditLeaseMs / 3) return;
    // A new row starts at zero, even if the first entries are pruned.
    const known = await this.#parts.outbox.lease(this.#row, 0);
    const isFirst = known !== undefined && !this.#isLeased;
    if (isFirst) this.#anchored = await this.#sizeThere(known);
    this.#leasedAtMs = nowMs;
    this.#isLeased = known !== undefined;
  }

  /**
   * Returns the anchor's size, because the database's record of it is not trusted. An unreadable
   * anchor gets the newest checkpoint, and so does an anchor that has lost checkpoints.
   */
  async #sizeThere(known: number): Promise<number> {
    const { anchor } = this.#parts;
    if (!isReadable(anchor)) return 0;
    const call = await this.#call();
    const { notes } = await anchor.held(call);
    if (notes.length === 0 && known > 0) this.#noteLoss();
    return largestOf(notes.filter((note) => !isOfGivenUpBranch(note, call.accepted)))?.size ?? 0;
  }

  /** Puts signed checkpoints: this process has signed no log that does not extend the anchor. */
  async #putTestimony(): Promise<void> {
    const signed = this.#testimony;
    if (signed === undefined) return;
    // A restored log may be unreadable.
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
    // The anchor's position is in the database, which is another database now.
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

  /** Returns how long to wait before the next attempt. */
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
