import type { Config } from '../../platform/config/config.schema.js';
import type { GatewayIdentity } from './domain/is-report-of.js';

export interface ReportedGatewayFacts {
  readonly access: Config['kubernetes']['access'];
  /** Throws Unavailable if the API server does not return it. */
  readonly username: () => Promise<string>;
  /** User name of the broker. */
  readonly broker: string;
  /** Undefined if other processes may have begun calls before this one. */
  readonly startedAtMs: number | undefined;
}

/** Identity with which the gateway calls the API server, to recognize its own calls. */
export class ReportedGateway {
  readonly #facts: ReportedGatewayFacts;

  constructor(facts: ReportedGatewayFacts) {
    this.#facts = facts;
  }

  /** Returns the identity; throws Unavailable if the API server does not return it. */
  async identity(): Promise<GatewayIdentity> {
    const { access, username, broker, startedAtMs } = this.#facts;
    if (access === 'passthrough') return { access, startedAtMs };
    return { access, username: await username(), broker, startedAtMs };
  }
}
