import type { CustomResource } from '../../custom-resources/domain/custom-resource.js';
import {
  CustomResourceFeed,
  CustomResources,
} from '../../custom-resources/domain/custom-resources.js';
import { ObjectRegistry } from '../../custom-resources/domain/object-registry.js';
import type { StoreCall } from '../../secrets/domain/secret.store.js';
import { type ParsedSync, parseSync } from './sync-spec.js';

/** SecretSyncs in the cluster. */
export abstract class SecretSyncs extends CustomResources {
  /** Lists the syncs of a namespace. Throws as the other methods; Gone for an old cursor. */
  abstract list(
    call: StoreCall,
    namespace: string,
    page: { readonly limit: number; readonly continue?: string | undefined },
  ): Promise<SyncPage>;
}

/** Page of syncs, in the order of the API server. */
export interface SyncPage {
  readonly items: readonly CustomResource[];
  /** Cursor of the API server for the next page. */
  readonly continue?: string;
}

/** Watch of SecretSyncs. */
export abstract class SyncFeed extends CustomResourceFeed {}

/** All SecretSyncs of the served namespaces. */
export class SyncRegistry extends ObjectRegistry<ParsedSync> {
  constructor() {
    super(parseSync);
  }
}
