import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type { Readiness } from './readiness.js';
import { type HealthFacts, verboseReport } from './verbose-report.js';

export interface ProbeAnswer {
  readonly status: 200 | 503;
  readonly text: string;
}

interface HealthServiceDependencies {
  readonly health: Pick<HealthCheckService, 'check'>;
  readonly indicators: HealthIndicatorService;
  readonly readiness: Readiness;
  readonly facts: () => HealthFacts;
}

/** Responds to readiness probes; terminus runs each check. */
export class HealthService {
  readonly #parts: HealthServiceDependencies;

  constructor(parts: HealthServiceDependencies) {
    this.#parts = parts;
  }

  /** Returns 503 while a check fails, and after the gateway begins to stop. */
  async readyz(isVerbose: boolean): Promise<ProbeAnswer> {
    const isReady = await this.#isReady();
    const text = isVerbose ? await this.#report() : isReady ? 'ok' : 'not ready';
    return { status: isReady ? 200 : 503, text };
  }

  async #report(): Promise<string> {
    const { readiness, facts } = this.#parts;
    const states = await readiness.states();
    const { warnings, isStopping } = readiness;
    return verboseReport({ states, warnings, isStopping }, facts());
  }

  async #isReady(): Promise<boolean> {
    const { health, indicators, readiness } = this.#parts;
    if (readiness.isStopping) return false;
    const checks = readiness.checkNames.map((name) => async () => {
      const indicator = indicators.check(name);
      return (await readiness.isUp(name)) ? indicator.up() : indicator.down();
    });
    try {
      await health.check(checks);
      return !readiness.isStopping;
    } catch {
      return false; // Terminus says so with an exception.
    }
  }
}
