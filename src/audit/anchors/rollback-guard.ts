import { setTimeout as wait } from 'node:timers/promises';
import { limits } from '../../core/limits.js';
import { Listeners } from '../../core/listeners.js';
import { foreignAcceptanceSentence } from '../log/domain/acceptance-record.js';
import { unrecordedSentence } from '../log/domain/missing-entries.js';
import { LogDamaged } from '../log/log-damaged.js';
import { AnchorFailed, AnchorUnread, type ReadableAnchor } from './anchor.js';
import type { Acceptances, AnchoredLog } from './anchored-log.js';
import {
  type Rollback,
  rollbackAgainst,
  rollbackSentence,
  worstOfBranches,
} from './domain/rollback.js';
import type { AnchoredNote } from './domain/anchored-tree.js';
import { isOfGivenUpBranch } from './domain/given-up.js';
import { MoreLost } from './more-lost.js';

/** Rollback, and the anchor that proves it. */
export interface FoundRollback {
  readonly place: string;
  readonly rollback: Rollback;
}

export interface RollbackGuardDependencies {
  readonly anchors: readonly ReadableAnchor[];
  readonly log: Pick<
    AnchoredLog,
    'signedSize' | 'rootAt' | 'acceptances' | 'verifiers' | 'goneUnrecorded'
  >;
  readonly onAlarm: (message: string) => void;
  /** Reports whether another file has replaced the database since the start. */
  readonly isReplaced?: () => boolean;
  /** Between checks, as long as there is something to check. */
  readonly lookMs?: number;
}

/** Findings of one anchor. */
interface Seen {
  readonly found: readonly FoundRollback[];
  readonly unread?: ReadableAnchor;
  /** The anchor has contents, but no checkpoint of this log. */
  readonly isForeign?: boolean;
  readonly strange?: string;
}

const ADVICE = 'see docs/anchor-the-audit-trail.md, "After a rollback"';

/**
 * Comparison of the log with its anchors, before anything is added to the log, and again after a
 * suspected restore. A log that does not extend its anchors is not served. An unreadable anchor is
 * read again later: it stops no requests, and gets no checkpoint until it was read.
 */
export class RollbackGuard {
  /** Losses beyond the accepted loss, of its branch: they refuse no request. */
  readonly moreLost: MoreLost;
  readonly #parts: RollbackGuardDependencies;
  readonly #losses: (() => string | undefined)[] = [];
  readonly #accepted = new Listeners();
  readonly #released = new Listeners();
  readonly #stopping = new AbortController();
  #unread: readonly ReadableAnchor[];
  #found: readonly FoundRollback[] = [];
  #goneUnrecorded = 0;
  #foreign: readonly number[] = [];
  #isForeign = false;
  readonly #strange = new Map<string, string>();
  #damage: string | undefined;
  #isSuspect = false;
  #isGivenUp = false;
  #turn: Promise<void> = Promise.resolve();
  #watching: Promise<void> | undefined;
  readonly #reported = new Set<string>();

  constructor(parts: RollbackGuardDependencies) {
    this.#parts = parts;
    this.#unread = parts.anchors;
    this.moreLost = new MoreLost(parts.onAlarm);
  }

  /** Returns why nothing is served, as a public sentence; undefined if the log is intact. */
  get refusal(): string | undefined {
    const [first] = this.#found;
    const gone = this.#goneUnrecorded;
    const rollback = first && rollbackSentence(first.rollback);
    const why = this.#damage ?? rollback ?? (gone > 0 ? unrecordedSentence(gone) : this.#loss);
    if (why === undefined) return undefined;
    const [foreign] = this.#foreign;
    const hint = foreign === undefined ? '' : `; ${foreignAcceptanceSentence(foreign)}`;
    return `${why}${hint}; ${ADVICE}`;
  }

  get #loss(): string | undefined {
    if (this.#parts.isReplaced?.() === true) return undefined;
    return this.#losses.flatMap((loss) => loss() ?? [])[0];
  }

  /** Adds `loss`, which returns a sentence if data that this process wrote or signed is missing. */
  watchLoss(loss: () => string | undefined): void {
    this.#losses.push(loss);
  }

  /** Called when an operator has accepted the loss. */
  onAccepted(listener: () => void): void {
    this.#accepted.add(listener);
  }

  /** Called when the log fits its anchors after all, and is served. */
  onReleased(listener: () => void): void {
    this.#released.add(listener);
  }

  /** Checks for the readiness. */
  check(): Promise<void> {
    const { refusal } = this;
    return refusal === undefined ? Promise.resolve() : Promise.reject(new Error(refusal));
  }

  get found(): readonly FoundRollback[] {
    return this.#found;
  }

  /** Returns how many of the first entries are missing without a record. */
  get goneUnrecorded(): number {
    return this.#goneUnrecorded;
  }

  /** Returns anchors that could not be read yet. */
  get unread(): readonly string[] {
    return this.#unread.map(({ place }) => place);
  }

  /** Reports whether an anchor has only other contents: another log may be lost. */
  get hasForeign(): boolean {
    return this.#isForeign;
  }

  /** Returns contents of an anchor that are not checkpoints of the log, as half a sentence. */
  strangeAt(place: string): string | undefined {
    return this.#strange.get(place);
  }

  /** Returns indexes of events that accept a rollback without a signature by a key of the log. */
  get foreignAcceptances(): readonly number[] {
    return this.#foreign;
  }

  /** Reports whether an anchor was read, and checkpoints may be put there. */
  isVerified(place: string): boolean {
    return this.refusal === undefined && !this.unread.includes(place);
  }

  /** Reads the anchors that are still unread, and those that contradict. Never rejects. */
  look(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#look());
    return this.#turn;
  }

  /**
   * Compares everything after a suspected loss of signed or written entries. A file that replaced
   * the database is still served; nothing in it is signed.
   */
  async suspect(): Promise<void> {
    if (this.#parts.isReplaced?.() === true) return;
    const isUnderWay = this.#isSuspect || this.#watching !== undefined;
    // Earlier acceptances do not apply to a suspicion that begins now.
    if (!isUnderWay) this.#isGivenUp = false;
    this.#isSuspect = true;
    await this.look();
    this.watch();
  }

  /**
   * Notes that an operator has accepted the loss of at least as much as this process had signed.
   * Another process may have shown the loss first.
   */
  givenUp(): void {
    this.#isGivenUp = true;
  }

  /** Checks again as long as there is something to check. */
  watch(): void {
    if (this.#watching !== undefined || !this.#hasToLook) return;
    this.#watching = this.#watch().finally(() => {
      this.#watching = undefined;
      this.watch();
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watching;
  }

  get #hasToLook(): boolean {
    const isOver = this.#stopping.signal.aborted;
    return !isOver && (this.refusal !== undefined || this.#unread.length > 0);
  }

  async #watch(): Promise<void> {
    const { lookMs = limits.auditRollbackLookMs } = this.#parts;
    const { signal } = this.#stopping;
    while (this.#hasToLook) {
      await wait(lookMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.look();
    }
  }

  async #look(): Promise<void> {
    const wasRefused = this.refusal !== undefined;
    const hadFound = this.#found.length > 0;
    const again = new Set([...this.unread, ...this.#found.map(({ place }) => place)]);
    const anchors = this.#parts.anchors.filter(({ place }) => this.#isSuspect || again.has(place));
    try {
      const acceptances = await this.#parts.log.acceptances();
      this.#goneUnrecorded = await this.#parts.log.goneUnrecorded();
      this.#noteForeign(acceptances);
      const seen = await Promise.all(anchors.map((anchor) => this.#lookAt(anchor, acceptances)));
      this.#found = seen.flatMap(({ found }) => found);
      this.#unread = seen.flatMap(({ unread }) => unread ?? []);
      this.#isForeign = seen.some(({ isForeign }) => isForeign);
      this.#damage = undefined;
      this.#isSuspect = false;
    } catch (error) {
      // The log itself cannot be read, or its tree is missing.
      this.#damage = error instanceof Error ? error.message : 'the audit log cannot be read';
      this.#alarm(this.#damage);
    }
    for (const { place, rollback } of this.#found) {
      this.#alarm(`${rollbackSentence(rollback)} (${place}); ${ADVICE}`);
    }
    if (this.#goneUnrecorded > 0) this.#alarm(unrecordedSentence(this.#goneUnrecorded));
    if ((hadFound || this.#isGivenUp) && this.#found.length === 0) {
      this.#isGivenUp = false;
      this.#accepted.notify();
    }
    if (wasRefused && this.refusal === undefined) this.#released.notify();
  }

  async #lookAt(anchor: ReadableAnchor, { accepted }: Acceptances): Promise<Seen> {
    const { place } = anchor;
    try {
      const signal = AbortSignal.any([
        this.#stopping.signal,
        AbortSignal.timeout(limits.auditAnchorReadMsMax),
      ]);
      const { verifiers } = this.#parts.log;
      const { notes, strange } = await anchor.held({ accepted, verifiers, signal });
      if (strange !== undefined) this.#noteStrange(place, strange);
      const rollbacks = await this.#against(notes);
      const isMoreLost = ({ anchored }: Rollback) =>
        anchor.isOwn !== true && isOfGivenUpBranch(anchored, accepted);
      for (const { anchored } of rollbacks.filter(isMoreLost)) this.moreLost.add(place, anchored);
      const found = rollbacks.filter((rollback) => !isMoreLost(rollback));
      return { found: found.map((rollback) => ({ place, rollback })) };
    } catch (error) {
      if (error instanceof LogDamaged || !(error instanceof AnchorFailed)) throw error;
      this.#alarm(`the anchor ${place} of the audit log cannot be read: ${error.message}`);
      return { found: [], unread: anchor, isForeign: error instanceof AnchorUnread };
    }
  }

  /** Stays until the process ends, as evidence of an unauthorized writer. */
  #noteStrange(place: string, strange: string): void {
    this.#strange.set(place, strange);
    this.#alarm(`the anchor ${place} of the audit log was written by others: ${strange}`);
  }

  #noteForeign({ foreign }: Acceptances): void {
    this.#foreign = foreign;
    for (const index of foreign.slice(0, limits.auditAcceptancesNamedMax)) {
      this.#alarm(foreignAcceptanceSentence(index));
    }
  }

  /**
   * Returns the trees that the log does not extend, the largest of each branch. An attacker who
   * restored a log may have anchored newer ones since, so the last alone proves little.
   */
  async #against(held: readonly AnchoredNote[]): Promise<readonly Rollback[]> {
    const { log } = this.#parts;
    // After the anchor was read: another process may sign and anchor meanwhile.
    const size = await log.signedSize();
    const found: Rollback[] = [];
    for (const anchored of held) {
      const rootThere = size < anchored.size ? undefined : await log.rootAt(anchored.size, size);
      const rollback = rollbackAgainst(anchored, { size, rootThere });
      if (rollback !== undefined) found.push(rollback);
    }
    return worstOfBranches(found);
  }

  /** Raises each alarm once. */
  #alarm(message: string): void {
    if (this.#reported.has(message)) return;
    this.#reported.add(message);
    this.#parts.onAlarm(message);
  }
}
