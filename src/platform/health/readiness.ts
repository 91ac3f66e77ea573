import { CachedProbe, type ProbeOptions, type ReadinessCheck } from './cached-probe.js';

export interface CheckState {
  readonly name: string;
  readonly isUp: boolean;
  /** Where it is down and may say why. */
  readonly reasons?: readonly string[];
}

export interface ReadinessOptions extends ProbeOptions {
  readonly checks?: readonly ReadinessCheck[];
}

/** What works and needs an operator all the same, by check; it takes nobody out of service. */
export type ReadinessWarnings = () => Readonly<Record<string, string>>;

/** Whether requests should be sent here; each feature adds what must be well for it. */
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

  /** From here on not ready, whatever the checks say. */
  markStopping(): void {
    this.#isStopping = true;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** By check, in words for whoever may read the health listener. */
  get warnings(): Readonly<Record<string, string>> {
    return Object.assign({}, ...this.#warnings.map((warnings) => warnings())) as Record<
      string,
      string
    >;
  }

  get checkNames(): readonly string[] {
    return this.#probes.map((probe) => probe.name);
  }

  /** State of one check: at most a second old, known within two. */
  isUp(name: string): Promise<boolean> {
    const probe = this.#probes.find((candidate) => candidate.name === name);
    return probe ? probe.isUp() : Promise.resolve(false);
  }

  /** Every check, in the order given. */
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
