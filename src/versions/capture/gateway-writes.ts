import type { CallContext } from '../../core/call-context.js';
import { limits } from '../../core/limits.js';
import { RecentMap } from '../../core/recent-map.js';
import type { StateId, VersionInfo, WriteOrigin } from '../../secrets/domain/secret-history.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import { attributionOf } from '../domain/attribution.js';
import { refKey } from '../domain/secret-feed.js';
import type { Attribution } from '../domain/version.js';

/** A write from its announcement to the end of its call. */
export class WriteUnderWay {
  readonly #ctx: CallContext;
  readonly #onTold: () => void;
  /** Time of a monotonic clock. */
  readonly beganAtMs = performance.now();
  #hasTold = false;

  constructor(ctx: CallContext, onTold: () => void) {
    this.#ctx = ctx;
    this.#onTold = onTold;
  }

  /** Returns the author of the state that the write led to. */
  attribution(origin?: WriteOrigin): Attribution {
    return attributionOf(this.#ctx, origin);
  }

  /** Ends the announcement: later states of this Secret need not wait for the write. */
  tell(): void {
    if (this.#hasTold) return;
    this.#hasTold = true;
    this.#onTold();
  }
}

interface Recorded {
  readonly info: VersionInfo;
  readonly atMs: number;
}

/** Active writes of this process, their results, and the waits for their numbers. */
export class GatewayWrites {
  readonly #underWay = new Map<string, number>();
  readonly #led = recent<Attribution>();
  readonly #recorded = recent<Recorded>();
  readonly #waiting: Waiting<VersionInfo> = new Map();
  readonly #removals: Waiting<true> = new Map();
  readonly #attributedListeners: ((state: StateId) => void)[] = [];
  readonly #onTold: () => void;

  /** `onTold`: held states may continue. */
  constructor(onTold: () => void) {
    this.#onTold = onTold;
  }

  begin(ctx: CallContext, ref: SecretRef): WriteUnderWay {
    const key = refKey(ref);
    this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + 1);
    return new WriteUnderWay(ctx, () => {
      const left = (this.#underWay.get(key) ?? 1) - 1;
      if (left > 0) this.#underWay.set(key, left);
      else this.#underWay.delete(key);
      this.#onTold();
    });
  }

  /** Reports whether a write of this Secret has not reported its result yet. */
  isUnderWay(ref: SecretRef): boolean {
    return this.#underWay.size > 0 && this.#underWay.has(refKey(ref));
  }

  /**
   * Records that a write led to this state. Returns false if an earlier write did: another write
   * that answers with this state has changed nothing.
   */
  led(state: StateId, attribution: Attribution): boolean {
    const key = keyOf(state);
    if (this.#led.get(key) !== undefined) return false;
    this.#led.set(key, attribution, performance.now());
    return true;
  }

  attributionOf(state: StateId): Attribution | undefined {
    return this.#led.get(keyOf(state));
  }

  /** Returns the version of a state that was recorded lately, here or elsewhere. */
  recordedAs(state: StateId): Recorded | undefined {
    return this.#recorded.get(keyOf(state));
  }

  recorded(state: StateId, info: VersionInfo): void {
    const key = keyOf(state);
    const atMs = this.#recorded.get(key)?.atMs ?? performance.now();
    this.#recorded.set(key, { info, atMs }, performance.now());
    for (const tell of this.#waiting.get(key) ?? []) tell(info);
  }

  /** Records that the state gets no number: ends the waits for it. */
  skipped(state: StateId): void {
    for (const tell of this.#waiting.get(keyOf(state)) ?? []) tell(undefined);
  }

  /** Adds a listener, called when a recorded version has got its user. */
  onAttributed(listener: (state: StateId) => void): void {
    this.#attributedListeners.push(listener);
  }

  /** Records that the database now attributes this state. */
  attributed(state: StateId): void {
    for (const listener of this.#attributedListeners) listener(state);
  }

  /** Records that the Secret is deleted, up to the position of the history. */
  removed(uid: string): void {
    for (const tell of this.#removals.get(uid) ?? []) tell(true);
  }

  /** Its version once it is recorded; undefined if that takes longer. */
  async version(
    state: StateId,
    msMax: number = limits.versionWaitMsMax,
  ): Promise<VersionInfo | undefined> {
    const known = this.recordedAs(state)?.info;
    if (known !== undefined || this.#waiting.size >= limits.versionOwnWritesMax) return known;
    return toldOf(this.#waiting, keyOf(state), msMax);
  }

  /** Resolves once the removal is recorded, or that takes too long. */
  async removal(uid: string): Promise<void> {
    await toldOf(this.#removals, uid, limits.versionWaitMsMax);
  }
}

type Waiting<T> = Map<string, Set<(told: T | undefined) => void>>;

/** Returns the notification for a key; undefined if it takes too long. */
async function toldOf<T>(waiting: Waiting<T>, key: string, msMax: number): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<T | undefined>();
  const others = waiting.get(key) ?? new Set();
  waiting.set(key, others.add(resolve));
  const timer = setTimeout(resolve, msMax, undefined);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    others.delete(resolve);
    if (others.size === 0 && waiting.get(key) === others) waiting.delete(key);
  }
}

function recent<Value>(): RecentMap<string, Value> {
  return new RecentMap({
    entriesMax: limits.versionOwnWritesMax,
    keptMs: limits.versionOwnWritesKeptMs,
  });
}

function keyOf({ uid, resourceVersion }: StateId): string {
  return `${uid}/${resourceVersion}`;
}
