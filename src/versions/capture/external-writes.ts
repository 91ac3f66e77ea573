import { limits } from '../../core/limits.js';
import type { StateId } from '../../secrets/domain/secret-history.js';
import { type Claim, withClaim } from '../domain/outside-claims.js';
import { type OutsideWrite, type ReportedWrite, outsideWrite } from '../domain/outside-write.js';
import { refKey } from '../domain/secret-feed.js';
import type { VersionsStore } from '../domain/versions.store.js';

/** Retained claim: it is checked after a delay, then retained alongside later claims. */
interface Kept {
  readonly claim: Claim;
  readonly notedMs: number;
  isJudged: boolean;
}

/** Time to collect reports, time to retain them after that, in milliseconds, and their number. */
export interface OutsideWritesTimes {
  readonly gatheredMs: number;
  readonly keptMs: number;
  readonly claimsMax: number;
}

const TIMES: OutsideWritesTimes = {
  gatheredMs: limits.versionOutsideGatheredMs,
  keptMs: limits.versionOutsideKeptMs,
  claimsMax: limits.versionOutsideWritesMax,
};

/**
 * Attributes external versions to users, as the cluster reports them: only if no other report of
 * the Secret could be about the version. It is best effort: a version without a certain user, or
 * beyond the limits, stays without a user.
 */
export class ExternalWrites {
  readonly #store: Pick<VersionsStore, 'attributeOutside'>;
  readonly #times: OutsideWritesTimes;
  readonly #onAttributed: (state: StateId) => void;
  readonly #kept = new Map<string, readonly Kept[]>();
  #size = 0;
  /** Time of reports that did not fit: no version in it can be attributed. */
  #lost: { readonly fromMs: number; readonly toMs: number; readonly notedMs: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #judging: Promise<void> | undefined;
  #isStopped = false;

  /** `onAttributed`: a version has got its user; receives the state of its history. */
  constructor(
    store: Pick<VersionsStore, 'attributeOutside'>,
    times: Partial<OutsideWritesTimes> = {},
    onAttributed: (state: StateId) => void = () => undefined,
  ) {
    this.#store = store;
    this.#onAttributed = onAttributed;
    this.#times = { ...TIMES, ...times };
  }

  /** Notes a report; never throws. */
  note(report: ReportedWrite): void {
    const write = outsideWrite(report, limits.versionOutsideLagMs);
    if (write === undefined || this.#isStopped) return;
    const key = refKey(write.ref);
    const before = this.#kept.get(key) ?? [];
    const { claims, added } = withClaim(
      before.map(({ claim }) => claim),
      write,
    );
    if (added === undefined) return;
    const isMore = claims.length > before.length;
    if (isMore && this.#size >= this.#times.claimsMax) return this.#lose(write);
    const notedMs = performance.now();
    const left = before.filter(({ claim }) => claims.includes(claim));
    this.#put(key, [...left, { claim: added, notedMs, isJudged: added.write === 'none' }]);
    this.#later();
  }

  /** Stops; versions that were not checked by now stay without a user. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#judging;
  }

  #put(key: string, kept: readonly Kept[]): void {
    this.#size += kept.length - (this.#kept.get(key)?.length ?? 0);
    if (kept.length === 0) this.#kept.delete(key);
    else this.#kept.set(key, kept);
  }

  #lose({ between: { fromMs, toMs } }: OutsideWrite): void {
    const lost = this.#lost;
    this.#lost = {
      fromMs: Math.min(fromMs, lost?.fromMs ?? fromMs),
      toMs: Math.max(toMs, lost?.toMs ?? toMs),
      notedMs: performance.now(),
    };
  }

  #later(): void {
    if (this.#isStopped || this.#judging !== undefined || this.#timer !== undefined) return;
    const waitMs = Math.min(this.#times.gatheredMs, limits.versionOutsideLookMs);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#judging = this.#judge()
        .catch(() => undefined)
        .finally(() => {
          this.#judging = undefined;
          if (this.#size > 0) this.#later();
        });
    }, waitMs).unref();
  }

  async #judge(): Promise<void> {
    const nowMs = performance.now();
    const due = [...this.#kept.values()]
      .flat()
      .filter((one) => !one.isJudged && nowMs - one.notedMs >= this.#times.gatheredMs);
    for (const one of due) {
      if (this.#isStopped) return;
      await this.#attribute(one).catch(() => undefined);
    }
    this.#forget(nowMs);
  }

  async #attribute(one: Kept): Promise<void> {
    const { write, fromMs, toMs } = one.claim;
    one.isJudged = true;
    // Another report may have come while earlier reports were stored.
    const isKept = write !== 'none' && this.#kept.get(refKey(write.ref))?.includes(one) === true;
    const lost = this.#lost;
    const isLost = lost !== undefined && lost.fromMs <= toMs && lost.toMs >= fromMs;
    if (!isKept || isLost) return;
    const found = await this.#store.attributeOutside(write.ref, write.between, write.user);
    if (found === undefined) return;
    this.#onAttributed({ uid: found.secretUid, resourceVersion: found.resourceVersion });
  }

  #forget(nowMs: number): void {
    const { gatheredMs, keptMs } = this.#times;
    const isOver = (notedMs: number): boolean => nowMs - notedMs >= gatheredMs + keptMs;
    for (const [key, kept] of this.#kept) {
      const left = kept.filter(({ notedMs }) => !isOver(notedMs));
      if (left.length < kept.length) this.#put(key, left);
    }
    if (this.#lost !== undefined && isOver(this.#lost.notedMs)) this.#lost = undefined;
  }
}
