import { setTimeout as wait } from 'node:timers/promises';
import { limits } from '../../core/limits.js';
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
  readonly log: Pick<AnchoredLog, 'signedSize' | 'rootAt' | 'accepted'>;
  readonly onAlarm: (message: string) => void;
  /** Told when the log fits its anchors after all, since an operator has accepted the loss. */
  readonly onReleased?: () => void;
}

const ADVICE = 'see docs/anchor-the-audit-trail.md, "After a rollback"';

/**
 * Compares the log with what was anchored of it, before anything is added to it. A log that does
 * not lead to its anchors is not served. An anchor that cannot be read is looked at again: it takes
 * nobody out of service, and gets no checkpoint until it was read.
 */
export class RollbackGuard {
  readonly #parts: RollbackGuardParts;
  readonly #stopping = new AbortController();
  #unread: readonly ReadableAnchor[];
  #found: readonly FoundRollback[] = [];
  #damage: string | undefined;
  #watching: Promise<void> | undefined;
  readonly #reported = new Set<string>();

  constructor(parts: RollbackGuardParts) {
    this.#parts = parts;
    this.#unread = parts.anchors;
  }

  /** Why nothing is served, as a sentence that anybody may read; undefined where all is well. */
  get refusal(): string | undefined {
    const [first] = this.#found;
    const why = this.#damage ?? (first && rollbackSentence(first.rollback));
    return why === undefined ? undefined : `${why}; ${ADVICE}`;
  }

  /** For the readiness. */
  check(): Promise<void> {
    const { refusal } = this;
    return refusal === undefined ? Promise.resolve() : Promise.reject(new Error(refusal));
  }

  get found(): readonly FoundRollback[] {
    return this.#found;
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
  async look(): Promise<void> {
    const wasRefused = this.refusal !== undefined;
    const again = new Set(this.#found.map(({ place }) => place));
    const anchors = this.#parts.anchors.filter(
      (anchor) => this.#unread.includes(anchor) || again.has(anchor.place),
    );
    try {
      const accepted = await this.#parts.log.accepted();
      const signedSize = await this.#parts.log.signedSize();
      const looks = anchors.map((anchor) => this.#lookAt(anchor, accepted, signedSize));
      const results = await Promise.all(looks);
      this.#found = results.flatMap(({ found }) => found ?? []);
      this.#unread = results.flatMap(({ unread }) => unread ?? []);
      this.#damage = undefined;
    } catch (error) {
      // The log itself cannot be read, or its tree is not there.
      this.#damage = error instanceof Error ? error.message : 'the audit log cannot be read';
      this.#alarm(this.#damage);
    }
    for (const { place, rollback } of this.#found) {
      this.#alarm(`${rollbackSentence(rollback)} (${place}); ${ADVICE}`);
    }
    if (wasRefused && this.refusal === undefined) this.#parts.onReleased?.();
  }

  /** Looks again as long as there is something to look at. */
  watch(): void {
    this.#watching ??= this.#watch();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted && (this.refusal !== undefined || this.#unread.length > 0)) {
      await wait(limits.auditRollbackLookMs, undefined, { signal, ref: false }).catch(
        () => undefined,
      );
      if (!signal.aborted) await this.look();
    }
  }

  async #lookAt(
    anchor: ReadableAnchor,
    accepted: readonly AnchoredTree[],
    size: number,
  ): Promise<{ readonly found?: FoundRollback; readonly unread?: ReadableAnchor }> {
    const { place } = anchor;
    try {
      const signal = AbortSignal.any([
        this.#stopping.signal,
        AbortSignal.timeout(limits.auditAnchorReadMsMax),
      ]);
      const anchored = await anchor.last({ accepted, signal });
      if (anchored === undefined) return {};
      const rootThere =
        size < anchored.size ? undefined : await this.#parts.log.rootAt(anchored.size, size);
      const rollback = rollbackAgainst(anchored, { size, rootThere });
      return rollback === undefined ? {} : { found: { place, rollback } };
    } catch (error) {
      if (error instanceof LogDamaged || !(error instanceof AnchorFailed)) throw error;
      this.#alarm(`the anchor ${place} of the audit log cannot be read: ${error.message}`);
      return { unread: anchor };
    }
  }

  /** Said once. */
  #alarm(message: string): void {
    if (this.#reported.has(message)) return;
    this.#reported.add(message);
    this.#parts.onAlarm(message);
  }
}
