import { schemaLimits } from '../../core/schema-limits.js';

/** Time of the processor that all checks of one Secret take together, from the first on. */
export class CheckTime {
  readonly #usedMs: () => number;
  readonly #startMs: number;

  /** `usedMs`: time of the processor so far; not that of other processes on a busy machine. */
  constructor(usedMs: () => number = threadMs) {
    this.#usedMs = usedMs;
    this.#startMs = usedMs();
  }

  /** Reports whether no further check may begin. Each check has a bound of its own. */
  get isUsedUp(): boolean {
    return this.#usedMs() - this.#startMs > schemaLimits.checkMsMax;
  }
}

/** Returns the time of the processor that this thread has used. */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
