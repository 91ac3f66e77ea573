/** Dependency without which no request can be served. */
export interface ReadinessCheck {
  readonly name: string;
  /** Resolves if the dependency works; gives up when the signal aborts. */
  probe(signal: AbortSignal): Promise<void>;
  /** Returns reasons of a failure, in public sentences; called after a failure. */
  readonly reasons?: () => readonly string[];
}

export interface ProbeOptions {
  /** Called when a check begins to fail and when it passes again. */
  readonly onChange?: (check: string, isUp: boolean, reason?: string) => void;
  readonly deadlineMs?: number;
  readonly keptMs?: number;
}

// Both limits keep probes, which need no token, from becoming load on the cluster.
const DEADLINE_MS = 2_000;
const KEPT_MS = 1_000;

/** Check with a timely result, which is cached briefly and shared by all callers. */
export class CachedProbe {
  readonly #check: ReadinessCheck;
  readonly #options: ProbeOptions;
  #answer: Promise<boolean> | undefined;
  #wasUp = true;

  constructor(check: ReadinessCheck, options: ProbeOptions = {}) {
    this.#check = check;
    this.#options = options;
  }

  get name(): string {
    return this.#check.name;
  }

  get reasons(): readonly string[] {
    return this.#check.reasons?.() ?? [];
  }

  isUp(): Promise<boolean> {
    this.#answer ??= this.#ask();
    return this.#answer;
  }

  async #ask(): Promise<boolean> {
    const isUp = await this.#probe();
    const forget = () => (this.#answer = undefined);
    setTimeout(forget, this.#options.keptMs ?? KEPT_MS).unref();
    return isUp;
  }

  async #probe(): Promise<boolean> {
    try {
      await withinDeadline(this.#check, this.#options.deadlineMs ?? DEADLINE_MS);
      this.#note(true);
      return true;
    } catch (error) {
      this.#note(false, error instanceof Error ? error.name : typeof error);
      return false;
    }
  }

  #note(isUp: boolean, reason?: string): void {
    if (isUp === this.#wasUp) return;
    this.#wasUp = isUp;
    this.#options.onChange?.(this.name, isUp, reason);
  }
}

/** Applies the deadline even if a probe ignores its signal. */
async function withinDeadline(check: ReadinessCheck, deadlineMs: number): Promise<void> {
  const abort = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new DOMException(`no answer within ${deadlineMs} ms`, 'TimeoutError');
    abort.abort(error);
    reject(error);
  }, deadlineMs);
  try {
    await Promise.race([check.probe(abort.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
