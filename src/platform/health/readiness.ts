import { CachedProbe, type ProbeOptions, type ReadinessCheck } from './cached-probe.js';

export interface CheckState {
  readonly name: string;
  readonly isUp: boolean;
  /** Set if the check fails and may report why. */
  readonly reasons?: readonly string[];
}

export interface ReadinessOptions extends ProbeOptions {
  readonly checks?: readonly ReadinessCheck[];
}

/** Conditions that need an operator although the check passes, by check; readiness ignores them. */
export type ReadinessWarnings = () => Readonly<Record<string, string>>;

/** Whether requests should be sent to this process; each feature adds its own checks. */
export class Readiness {
  readonly #options: ProbeOptions;
  readonly #probes: CachedProbe[] = [];
  readonly #warnings: ReadinessWarnings[] = [];
  #isStopping = false;

  constructor({ checks = [], ...options }: ReadinessOptions = {}) {
    this.#options = options;
    for (const check of checks) this.addCheck(check);
  }

  addCheck(check: ReadinessCheck): void {
    this.#probes.push(new CachedProbe(check, this.#options));
  }

  addWarnings(warnings: ReadinessWarnings): void {
    this.#warnings.push(warnings);
  }

  /** Makes the process not ready from now on, whatever the checks report. */
  markStopping(): void {
    this.#isStopping = true;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Returns warnings by check, for readers of the health listener. */
  get warnings(): Readonly<Record<string, string>> {
    return Object.assign({}, ...this.#warnings.map((warnings) => warnings())) as Record<
      string,
      string
    >;
  }

  get checkNames(): readonly string[] {
    return this.#probes.map((probe) => probe.name);
  }

  /** Reports whether one check passes: at most a second old, known within two. */
  isUp(name: string): Promise<boolean> {
    const probe = this.#probes.find((candidate) => candidate.name === name);
    return probe ? probe.isUp() : Promise.resolve(false);
  }

  /** Returns every check, in the order given. */
  states(): Promise<readonly CheckState[]> {
    return Promise.all(
      this.#probes.map(async (probe) => {
        const isUp = await probe.isUp();
        const reasons = isUp ? [] : probe.reasons;
        return { name: probe.name, isUp, ...(reasons.length > 0 && { reasons }) };
      }),
    );
  }

  async isReady(): Promise<boolean> {
    if (this.#isStopping) return false;
    const states = await this.states();
    return !this.#isStopping && states.every((state) => state.isUp);
  }
}
