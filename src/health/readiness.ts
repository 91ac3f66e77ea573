import { KeptProbe, type ProbeOptions, type ReadinessCheck } from './kept-probe.js';

export interface CheckState {
  readonly name: string;
  readonly isUp: boolean;
}

export interface ReadinessOptions extends ProbeOptions {
  readonly checks: readonly ReadinessCheck[];
}

/** Whether requests should be sent here; asked by both listeners, told by `main` when to stop. */
export class Readiness {
  readonly #probes: readonly KeptProbe[];
  #isStopping = false;

  constructor(options: ReadinessOptions) {
    this.#probes = options.checks.map((check) => new KeptProbe(check, options));
  }

  /** From here on not ready, whatever the checks say. */
  markStopping(): void {
    this.#isStopping = true;
  }

  get isStopping(): boolean {
    return this.#isStopping;
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
      this.#probes.map(async (probe) => ({ name: probe.name, isUp: await probe.isUp() })),
    );
  }

  async isReady(): Promise<boolean> {
    if (this.#isStopping) return false;
    const states = await this.states();
    return !this.#isStopping && states.every((state) => state.isUp);
  }
}
