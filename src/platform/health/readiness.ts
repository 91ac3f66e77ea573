import { KeptProbe, type ProbeOptions, type ReadinessCheck } from './kept-probe.js';

export interface CheckState {
  readonly name: string;
  readonly isUp: boolean;
  /** Where it is down and may say why. */
  readonly reasons?: readonly string[];
}

export interface ReadinessOptions extends ProbeOptions {
  readonly checks: readonly ReadinessCheck[];
  /** What works and needs an operator all the same; it takes nobody out of service. */
  readonly warnings?: () => Readonly<Record<string, string>>;
}

/** Whether requests should be sent here; asked by both listeners, told by `main` when to stop. */
export class Readiness {
  readonly #probes: readonly KeptProbe[];
  readonly #warnings: () => Readonly<Record<string, string>>;
  #isStopping = false;

  constructor(options: ReadinessOptions) {
    this.#probes = options.checks.map((check) => new KeptProbe(check, options));
    this.#warnings = options.warnings ?? (() => ({}));
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
    return this.#warnings();
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
