import { setTimeout as wait } from 'node:timers/promises';
import { limits } from '../../core/limits.js';
import type { StoredCheckpoint } from '../log/log-store.js';
import { backoffMs } from '../sinks/domain/delivery-backoff.js';
import type { Outbox } from '../sinks/outbox.js';
import { type Anchor, AnchorAhead, type AnchorCall, AnchorFailed, isReadable } from './anchor.js';
import type { AnchoredLog } from './anchored-log.js';
import type { AnchoredTree } from './domain/anchored-tree.js';
import { type AnchoringRule, isAnchoringDue } from './domain/anchoring-due.js';
import type { SignedHere } from './signed-here.js';

export interface AnchorKeeperParts {
  readonly anchor: Anchor;
  readonly log: Pick<AnchoredLog, 'newest' | 'hasNews' | 'accepted' | 'beginsWith'>;
  readonly outbox: Pick<Outbox, 'lease' | 'advance' | 'release'>;
  readonly rule: AnchoringRule;
  /** Whether the place was compared with the log. */
  readonly isVerified: () => boolean;
  /** Writes into the log that a checkpoint was anchored. */
  readonly record: (checkpoint: StoredCheckpoint, place: string) => Promise<void>;
  readonly onAlarm: (message: string) => void;
  /** Told where the log does not lead to what the place has. */
  readonly onContradiction: () => void;
}

/** In the table of sinks, whose names have no such sign. */
const ROW_PREFIX = '@';
const BACKOFF = { minMs: 1_000, maxMs: limits.auditAnchorBackoffMsMax } as const;

/** What an anchor is called in the outbox. */
export function anchorRow({ place }: Pick<Anchor, 'place'>): string {
  return `${ROW_PREFIX}${place}`;
}

/** Puts the newest checkpoint into one place, again and again; nobody waits for it. */
export class AnchorKeeper {
  readonly #parts: AnchorKeeperParts;
  readonly #row: string;
  readonly #ending = new AbortController();
  #isStopping = false;
  /** Size that was anchored last; undefined while another process looks after the place. */
  #anchored: number | undefined;
  #leasedAtMs = 0;
  #lastMs: number | undefined;
  /** What is to be put there although the log may not lead to it. */
  #testimony: Pick<SignedHere, 'held' | 'newest'> | undefined;
  #failures = 0;
  #failingSinceMs: number | undefined;
  #running: Promise<void> | undefined;
  #wake: AbortController | undefined;

  constructor(parts: AnchorKeeperParts) {
    this.#parts = parts;
    this.#row = anchorRow(parts.anchor);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Puts what was signed last there although the log has it no more: for the next start. */
  testify(signed: Pick<SignedHere, 'held' | 'newest'>): void {
    this.#testimony = signed;
    this.#wake?.abort();
  }

  /** Since when the place takes nothing. */
  get failingSinceMs(): number | undefined {
    return this.#failingSinceMs;
  }

  /** Anchors what is left, once, within a bounded time; then ends. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wake?.abort();
    const deadline = setTimeout(() => this.#ending.abort(), limits.auditAnchorStopMsMax);
    await this.#running;
    if (this.#running !== undefined) await this.#step().catch(() => undefined);
    clearTimeout(deadline);
    if (this.#anchored !== undefined) await this.#parts.outbox.release(this.#row).catch(() => {});
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
    const checkpoint = await log.newest();
    if (this.#anchored === undefined || checkpoint === undefined) return;
    const progress = { anchoredSize: this.#anchored, lastMs: this.#lastMs };
    const everyMs = this.#isStopping ? 0 : rule.everyMs;
    if (!isAnchoringDue(checkpoint.size, progress, { ...rule, everyMs }, Date.now())) return;
    if (!(await log.hasNews(this.#anchored, checkpoint.size))) return;
    await this.#put(checkpoint);
  }

  async #put(checkpoint: StoredCheckpoint): Promise<void> {
    const { anchor, log, record, outbox } = this.#parts;
    const beginsWith = (known: AnchoredTree) => log.beginsWith(known, checkpoint);
    try {
      await anchor.put(checkpoint, { ...(await this.#call()), beginsWith });
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
    const isOurs = await outbox.advance(this.#row, checkpoint.size);
    this.#leasedAtMs = Date.now();
    if (!isOurs) this.#anchored = undefined;
  }

  async #keepLease(): Promise<void> {
    const nowMs = Date.now();
    if (this.#anchored !== undefined && nowMs - this.#leasedAtMs < limits.auditLeaseMs / 3) return;
    const isFirst = this.#anchored === undefined;
    const known = await this.#parts.outbox.lease(this.#row);
    this.#leasedAtMs = nowMs;
    this.#anchored = known !== undefined && isFirst ? await this.#stillThere(known) : known;
  }

  /** A place that has lost what it had gets the next checkpoint at once. */
  async #stillThere(size: number): Promise<number> {
    const { anchor, onAlarm } = this.#parts;
    if (size === 0 || !isReadable(anchor)) return size;
    if ((await anchor.held(await this.#call())).length > 0) return size;
    onAlarm(`the anchor ${anchor.place} of the audit log has lost its checkpoints`);
    return 0;
  }

  /** What it has already it follows: this process has signed no log that does not. */
  async #putTestimony(): Promise<void> {
    const signed = this.#testimony;
    if (signed === undefined) return;
    // A log that was put back may be one that cannot be read.
    const call = await this.#call(() => []);
    const isHeld = (await signed.held(call)).length > 0;
    const beginsWith = () => Promise.resolve(true);
    if (isHeld && signed.newest !== undefined) {
      await this.#parts.anchor
        .put(signed.newest, { ...call, beginsWith })
        .catch((error: unknown) => {
          if (!(error instanceof AnchorAhead)) throw error;
        });
    }
    this.#testimony = undefined;
    // How far the place has come stands in the database, which is another one now.
    this.#anchored = undefined;
  }

  async #call(orElse?: () => readonly AnchoredTree[]): Promise<AnchorCall> {
    const deadline = AbortSignal.timeout(limits.auditAnchorMsMax);
    const signal = AbortSignal.any([this.#ending.signal, deadline]);
    const accepted = this.#parts.log.accepted();
    return { signal, accepted: await (orElse === undefined ? accepted : accepted.catch(orElse)) };
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
      const reason = error instanceof AnchorFailed ? error.message : 'the log cannot be read';
      this.#parts.onAlarm(`the anchor ${this.#parts.anchor.place} takes no checkpoint: ${reason}`);
    }
    return backoffMs(this.#failures, BACKOFF, Math.random());
  }
}
