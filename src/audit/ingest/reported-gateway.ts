import type { Config } from '../../platform/config/config.schema.js';
import type { GatewayIdentity } from './domain/is-report-of.js';

export interface ReportedGatewayFacts {
  readonly access: Config['kubernetes']['access'];
  /** Throws Unavailable where the API server does not say. */
  readonly username: () => Promise<string>;
  /** User name of the broker. */
  readonly broker: string;
  /** Undefined where other processes may have begun calls before this one. */
  readonly startedAtMs: number | undefined;
}

/** As whom the gateway calls the API server, by which its own calls are told from others. */
export class ReportedGateway {
  readonly #facts: ReportedGatewayFacts;

  constructor(facts: ReportedGatewayFacts) {
    this.#facts = facts;
  }

  /** Throws Unavailable where the API server does not say who the gateway is. */
  async identity(): Promise<GatewayIdentity> {
    const { access, username, broker, startedAtMs } = this.#facts;
    if (access === 'passthrough') return { access, startedAtMs };
    return { access, username: await username(), broker, startedAtMs };
  }
}
