import { Injectable } from '@nestjs/common';
import { OpenIntents } from '../../audit/open-intents.service.js';
import type { IntentProbe } from '../../audit/resolve-intents.js';
import { GatewayAccounts } from '../../core/gateway-accounts.js';
import { Upkeep } from '../../platform/lifecycle/upkeep.js';
import { SecretHistory } from '../domain/secret-history.js';
import { SecretStore } from '../domain/secret.store.js';
import { intentProbe } from './probe-intent.js';

/** Determines the outcomes of writes whose outcome is not recorded. */
@Injectable()
export class IntentRecovery {
  readonly #intents: OpenIntents;
  readonly #probe: IntentProbe;

  constructor(
    intents: OpenIntents,
    store: SecretStore,
    accounts: GatewayAccounts,
    history: SecretHistory,
    upkeep: Upkeep,
  ) {
    this.#intents = intents;
    this.#probe = intentProbe({
      read: (ref, upstreamIds) => {
        const trace = { plane: 'none', upstreamIds } as const;
        return store.get({ ctx: accounts.broker(), as: 'broker', trace }, ref);
      },
      isOnlyWrite: (intent) => intents.isOnlyWrite(intent),
      history,
    });
    upkeep.add(() => this.run());
    intents.onReleased(() => void this.run().catch(() => undefined));
  }

  /** Concludes as many intents as possible; throws if the log cannot be written. */
  run(): Promise<void> {
    return this.#intents.resolve(this.#probe);
  }
}
