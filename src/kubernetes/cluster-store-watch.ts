import { StoreFeed, type StoreRegistry } from '../sync/domain/external-stores.js';
import { storeKind } from '../sync/domain/store-spec.js';
import { type ClusterWatchDependencies, ClusterResourceWatch } from './cluster-resource-watch.js';

/** Watches the ExternalStores of the cluster with the gateway's own right. */
export class ClusterStoreWatch extends StoreFeed {
  readonly #watch: ClusterResourceWatch;

  constructor(known: StoreRegistry, dependencies: ClusterWatchDependencies) {
    super();
    this.#watch = new ClusterResourceWatch(storeKind, known, dependencies);
  }

  override get isLoaded(): boolean {
    return this.#watch.isLoaded;
  }

  override start(): void {
    this.#watch.start();
  }

  override stop(): Promise<void> {
    return this.#watch.stop();
  }
}
