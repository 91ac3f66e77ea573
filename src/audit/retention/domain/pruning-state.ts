export interface PruningStateOptions {
  /** Names of anchors and sinks for operators, by their names in the outbox. */
  readonly labels: ReadonlyMap<string, string>;
  /** How long a lag may last before it is reported: each lags slightly at all times. */
  readonly heldMsMax: number;
  /** How long a warning about young events stays. */
  readonly youngMs: number;
}

interface Hold {
  readonly sinceMs: number;
  readonly by: readonly string[];
  readonly isTold: boolean;
}

/** State of pruning, in words for operators. */
export class PruningState {
  readonly #options: PruningStateOptions;
  #hold: Hold | undefined;
  #youngAtMs = -Infinity;

  constructor(options: PruningStateOptions) {
    this.#options = options;
  }

  /** Notes what delays due events, by names of the outbox; returns an alarm if one is due. */
  held(names: readonly string[], nowMs: number): string | undefined {
    const before = this.#hold;
    if (names.length === 0) {
      this.#hold = undefined;
      return before?.isTold === true ? 'the audit log is pruned again' : undefined;
    }
    const by = names.map((name) => this.#options.labels.get(name) ?? name);
    const sinceMs = before?.sinceMs ?? nowMs;
    const isDue = nowMs - sinceMs >= this.#options.heldMsMax;
    this.#hold = { sinceMs, by, isTold: isDue };
    if (!isDue || before?.isTold === true) return undefined;
    return `the audit log is not pruned: ${by.join(', ')} lack events that are to go`;
  }

  /** Notes young events pruned for lack of space; returns an alarm if the warning is new. */
  youngPruned(nowMs: number): string | undefined {
    const isTold = this.#isYoung(nowMs);
    this.#youngAtMs = nowMs;
    return isTold ? undefined : `the audit log loses young events: ${YOUNG}`;
  }

  warning(nowMs: number): string | undefined {
    const texts: string[] = [];
    if (this.#hold?.isTold === true) {
      const since = new Date(this.#hold.sinceMs).toISOString();
      texts.push(`held up since ${since} by ${this.#hold.by.join(', ')}`);
    }
    if (this.#isYoung(nowMs)) texts.push(YOUNG);
    return texts.length === 0 ? undefined : texts.join('; ');
  }

  #isYoung(nowMs: number): boolean {
    return nowMs - this.#youngAtMs < this.#options.youngMs;
  }
}

const YOUNG = 'audit.retention.maxBytes takes events less than a day old';
