import { CallTrace } from '../../calls/domain/call-trace.js';
import { isNotFound } from '../../core/errors/not-found.js';
import type { GatewayAccounts } from '../../core/gateway-accounts.js';
import { placeKey, RegistryIndex } from '../../custom-resources/domain/registry-index.js';
import { reasonOf } from '../../custom-resources/domain/status-condition.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import type { CachedSecretSource } from '../../secrets/read/cached-secret-source.js';
import type { SyncRegistry } from '../domain/secret-syncs.js';
import { directionsOf, type ParsedSync } from '../domain/sync-spec.js';

export interface PendingSyncsDependencies {
  readonly knownSyncs: SyncRegistry;
  readonly source: Pick<CachedSecretSource, 'findDecided'>;
  readonly accounts: Pick<GatewayAccounts, 'broker'>;
}

/** Syncs that have not pushed the present values of a Secret, by their statuses. */
export class PendingSyncs {
  readonly #parts: PendingSyncsDependencies;
  readonly #bySecret: RegistryIndex<ParsedSync>;

  constructor(parts: PendingSyncsDependencies) {
    this.#parts = parts;
    this.#bySecret = new RegistryIndex(parts.knownSyncs, ({ object: { namespace }, spec }) =>
      spec !== undefined && directionsOf(spec).includes('push')
        ? [placeKey({ namespace, name: spec.secretName })]
        : [],
    );
  }

  /** Returns which sync is behind, in a sentence; undefined: none is. Throws Unavailable. */
  async reasonFor({ namespace, name }: SecretRef): Promise<string | undefined> {
    const syncs = this.#bySecret.of(placeKey({ namespace, name }));
    if (syncs.length === 0) return undefined;
    const version = await this.#versionOf({ namespace, name });
    const behind = syncs.find(({ object: { status } }) => {
      return status['state'] !== 'InSync' || status['secretVersion'] !== version;
    });
    if (behind === undefined || version === undefined) return undefined;
    const { status, name: sync } = behind.object;
    return `SecretSync ${sync} has not pushed the new value (${reasonOf(status) ?? 'no status'})`;
  }

  async #versionOf(ref: SecretRef): Promise<string | undefined> {
    const ctx = this.#parts.accounts.broker();
    const wanted = { ref, as: 'broker' } as const;
    const strong = { consistency: 'strong' } as const;
    try {
      const { source } = this.#parts;
      return (await source.findDecided(ctx, new CallTrace(), wanted, strong)).resourceVersion;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}
