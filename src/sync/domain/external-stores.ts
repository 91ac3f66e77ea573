import { CustomResources } from '../../custom-resources/domain/custom-resources.js';
import { ObjectRegistry } from '../../custom-resources/domain/object-registry.js';
import { parseStore, type ParsedStore } from './store-spec.js';

/** ExternalStores of the cluster. */
export abstract class ExternalStores extends CustomResources {}

/** Watch of ExternalStores. */
export abstract class StoreFeed {
  abstract start(): void;
  abstract stop(): Promise<void>;
  /** Whether all stores are known. */
  abstract readonly isLoaded: boolean;
}

/** All ExternalStores; their namespace is empty. */
export class StoreRegistry extends ObjectRegistry<ParsedStore> {
  constructor() {
    super(parseStore);
  }

  /** Returns a store by its name. */
  named(name: string): ParsedStore | undefined {
    return this.get({ namespace: '', name });
  }
}
