import { setTimeout as wait } from 'node:timers/promises';
import { limits } from '../../core/limits.js';
import { unrecordedSentence } from '../log/domain/gone-entries.js';
import { LogDamaged } from '../log/log-damaged.js';
import { AnchorFailed, type ReadableAnchor } from './anchor.js';
import type { AnchoredLog } from './anchored-log.js';
import { type Rollback, rollbackAgainst, rollbackSentence } from './domain/rollback.js';
import type { AnchoredTree } from './domain/anchored-tree.js';

/** A rollback, and the place that shows it. */
export interface FoundRollback {
  readonly place: string;
  readonly rollback: Rollback;
}

export interface RollbackGuardParts {
  readonly anchors: readonly ReadableAnchor[];
  readonly log: Pick<AnchoredLog, 'signedSize' | 'rootAt' | 'accepted' | 'goneUnrecorded'>;
  readonly onAlarm: (message: string) => void;
  /** That something is gone which this process has written or signed, as a sentence. */
  readonly loss?: () => string | undefined;
  /** Whether another file has taken the place of the database since the start. */
  readonly isReplaced?: () => boolean;
  /** Told when an operator has accepted what was lost. */
  readonly onAccepted?: () => void;
  /** Told when the log fits its anchors after all, and is served. */
  readonly onReleased?: () => void;
  /** Between looks, as long as there is something to look at. */
  readonly lookMs?: number;
}

const ADVICE = 'see docs/anchor-the-audit-trail.md, "After a rollback"';

/**
 * Compares the log with what was anchored of it, before anything is added to it, and again where it
 * is suspected of having been put back. A log that does not lead to its anchors is not served. An
 * anchor that cannot be read is looked at again: it takes nobody out of service, and gets no
 * checkpoint until it was read.
 */
export class RollbackGuard {
  readonly #parts: RollbackGuardParts;
  readonly #stopping = new AbortController();
  #unread: readonly ReadableAnchor[];
  #found: readonly FoundRollback[] = [];
  #goneUnrecorded = 0;
  #damage: string | undefined;
  #isSuspect = false;
  #isGivenUp = false;
  #turn: Promise<void> = Promise.resolve();
  #watching: Promise<void> | undefined;
  readonly #reported = new Set<string>();

  constructor(parts: RollbackGuardParts) {
    this.#parts = parts;
    this.#unread = parts.anchors;
  }

  /** Why nothing is served, as a sentence that anybody may read; undefined where all is well. */
  get refusal(): string | undefined {
    const [first] = this.#found;
    const gone = this.#goneUnrecorded;
    const why =
      this.#damage ??
      (first && rollbackSentence(first.rollback)) ??
      (gone > 0 ? unrecordedSentence(gone) : this.#loss);
    return why === undefined ? undefined : `${why}; ${ADVICE}`;
  }

  get #loss(): string | undefined {
    return this.#parts.isReplaced?.() === true ? undefined : this.#parts.loss?.();
  }

  /** For the readiness. */
  check(): Promise<void> {
    const { refusal } = this;
    return refusal === undefined ? Promise.resolve() : Promise.reject(new Error(refusal));
  }

  get found(): readonly FoundRollback[] {
    return this.#found;
  }

  /** How many of the first entries are gone although nothing says why. */
  get goneUnrecorded(): number {
    return this.#goneUnrecorded;
  }

  /** Places that could not be read yet. */
  get unread(): readonly string[] {
    return this.#unread.map(({ place }) => place);
  }

  /** Whether a place was read, and nothing keeps checkpoints from being put there. */
  isVerified(place: string): boolean {
    return this.refusal === undefined && !this.unread.includes(place);
  }

  /** Reads the anchors that are still to be read, and those that contradict. Never rejects. */
  look(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#look());
    return this.#turn;
  }

  /**
   * What was signed or written is not there any more, it seems: compares all of it. A file that
   * took the database's place is served all the same; nothing in it is signed.
   */
  async suspect(): Promise<void> {
    if (this.#parts.isReplaced?.() === true) return;
    const isUnderWay = this.#isSuspect || this.#watching !== undefined;
    // What was accepted before says nothing about what begins now.
    if (!isUnderWay) this.#isGivenUp = false;
    this.#isSuspect = true;
    await this.look();
    this.watch();
  }

  /**
   * An operator has accepted the loss of as much as this process had signed, or more: by what
   * another one showed, it may be before this one has looked.
   */
  givenUp(): void {
    this.#isGivenUp = true;
  }

  /** Looks again as long as there is something to look at. */
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
      const accepted = await this.#parts.log.accepted();
      this.#goneUnrecorded = await this.#parts.log.goneUnrecorded();
      const results = await Promise.all(anchors.map((anchor) => this.#lookAt(anchor, accepted)));
      this.#found = results.flatMap(({ found }) => found ?? []);
      this.#unread = results.flatMap(({ unread }) => unread ?? []);
      this.#damage = undefined;
      this.#isSuspect = false;
    } catch (error) {
      // The log itself cannot be read, or its tree is not there.
      this.#damage = error instanceof Error ? error.message : 'the audit log cannot be read';
      this.#alarm(this.#damage);
    }
    for (const { place, rollback } of this.#found) {
      this.#alarm(`${rollbackSentence(rollback)} (${place}); ${ADVICE}`);
    }
    if (this.#goneUnrecorded > 0) this.#alarm(unrecordedSentence(this.#goneUnrecorded));
    if ((hadFound || this.#isGivenUp) && this.#found.length === 0) {
      this.#isGivenUp = false;
      this.#parts.onAccepted?.();
    }
    if (wasRefused && this.refusal === undefined) this.#parts.onReleased?.();
  }

  async #lookAt(
    anchor: ReadableAnchor,
    accepted: readonly AnchoredTree[],
  ): Promise<{ readonly found?: FoundRollback; readonly unread?: ReadableAnchor }> {
    const { place } = anchor;
    try {
      const signal = AbortSignal.any([
        this.#stopping.signal,
        AbortSignal.timeout(limits.auditAnchorReadMsMax),
      ]);
      const held = await anchor.held({ accepted, signal });
      const rollback = await this.#newestAgainst(held);
      return rollback === undefined ? {} : { found: { place, rollback } };
    } catch (error) {
      if (error instanceof LogDamaged || !(error instanceof AnchorFailed)) throw error;
      this.#alarm(`the anchor ${place} of the audit log cannot be read: ${error.message}`);
      return { unread: anchor };
    }
  }

  /**
   * The newest of these trees that the log does not lead to: whoever could put a log back has had
   * newer ones of it anchored since, so the last alone says little.
   */
  async #newestAgainst(held: readonly AnchoredTree[]): Promise<Rollback | undefined> {
    const { log } = this.#parts;
    // After the anchor was read: another process may sign and anchor meanwhile.
    const size = await log.signedSize();
    for (const anchored of held.toReversed()) {
      const rootThere = size < anchored.size ? undefined : await log.rootAt(anchored.size, size);
      const rollback = rollbackAgainst(anchored, { size, rootThere });
      if (rollback !== undefined) return rollback;
    }
    return undefined;
  }

  /** Said once. */
  #alarm(message: string): void {
    if (this.#reported.has(message)) return;
    this.#reported.add(message);
    this.#parts.onAlarm(message);
  }
}
