export interface PruningStateOptions {
  /** How the outbox calls anchors and sinks, and how operators know them. */
  readonly labels: ReadonlyMap<string, string>;
  /** How long one may lag before that is told: each is a little behind at all times. */
  readonly heldMsMax: number;
  /** How long a warning about young events stays. */
  readonly youngMs: number;
}

interface Hold {
  readonly sinceMs: number;
  readonly by: readonly string[];
  readonly isTold: boolean;
}

/** How pruning fares, in words for operators. */
export class PruningState {
  readonly #options: PruningStateOptions;
  #hold: Hold | undefined;
  #youngAtMs = -Infinity;

  constructor(options: PruningStateOptions) {
    this.#options = options;
  }

  /** What keeps events that are due, by names of the outbox; an alarm where there is one. */
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

  /** Young events went for want of room; an alarm if the warning was not there before. */
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
