import { CallTrace } from '../../calls/domain/call-trace.js';
import { foundOrUndefined } from '../../core/errors/not-found.js';
import type { GatewayAccounts } from '../../core/gateway-accounts.js';
import type { SecretCache } from '../../secrets/domain/cache/secret-cache.js';
import type { SecretDocuments } from '../../secrets/domain/cache/secret-documents.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import type { SecretStore } from '../../secrets/domain/secret.store.js';
import { type CopyTarget, copyTargetOf } from './domain/copy-target.js';

export interface CopyTargetsDependencies {
  readonly store: Pick<SecretStore, 'get'>;
  readonly cache: Pick<SecretCache, 'view'>;
  readonly documents: Pick<SecretDocuments, 'read'>;
  readonly accounts: Pick<GatewayAccounts, 'broker'>;
}

/** Secrets that receive copies, as the broker reads them. */
export class CopyTargets {
  readonly #parts: CopyTargetsDependencies;

  constructor(parts: CopyTargetsDependencies) {
    this.#parts = parts;
  }

  /**
   * Returns a state of the target that includes all writes of this process; another client may
   * have changed it since. Undefined if the cluster has no such Secret.
   */
  async recent(importUid: string, ref: SecretRef): Promise<CopyTarget | undefined> {
    const { cache, documents } = this.#parts;
    const view = await cache.view(ref.namespace, { name: ref.name });
    const state = view?.get(ref.name);
    // The cluster must confirm an absence.
    if (state === undefined) return this.read(importUid, ref);
    return copyTargetOf(documents.read(state), importUid);
  }

  /** Returns the target in its present state; undefined if there is none. */
  async read(importUid: string, ref: SecretRef): Promise<CopyTarget | undefined> {
    const { accounts, store } = this.#parts;
    const call = { ctx: accounts.broker(), as: 'broker', trace: new CallTrace() } as const;
    const secret = await foundOrUndefined(() => store.get(call, ref));
    return secret && copyTargetOf(secret, importUid);
  }
}
