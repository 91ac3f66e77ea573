import { RegistryIndex } from '../custom-resources/domain/registry-index.js';
import type { ShareRegistry } from './domain/secret-shares.js';
import type { ParsedShare } from './domain/share-spec.js';

/** Shares by the namespaces that they name, whether or not they give anything to them. */
export class SharesByConsumer {
  readonly #index: RegistryIndex<ParsedShare>;

  constructor(shares: ShareRegistry) {
    this.#index = new RegistryIndex(shares, ({ spec }) =>
      (spec?.to ?? []).map(({ namespace }) => namespace),
    );
  }

  /** Returns the shares that name a namespace now, in no order. */
  of(namespace: string): readonly ParsedShare[] {
    return this.#index.of(namespace);
  }
}
