import { setTimeout as pause } from 'node:timers/promises';
import { unavailable } from '../core/errors/sallyport-error.js';
import { schemaLimits } from '../core/schema-limits.js';
import type { CustomResourceSink } from '../custom-resources/domain/custom-resources.js';
import { type ClusterWatchDependencies, ClusterResourceWatch } from './cluster-resource-watch.js';
import { localSchemaKind, SchemaFeed, schemaKind } from '../schemas/domain/secret-schemas.js';

export interface SchemaWatchOptions extends ClusterWatchDependencies {
  /** Receivers of the schemas of the cluster, and of all namespaces. */
  readonly registry: Record<'cluster' | 'local', CustomResourceSink>;
}

/** Watches the schemas of the cluster and of all namespaces with the gateway's own right. */
export class SchemaWatch extends SchemaFeed {
  readonly #watches: readonly ClusterResourceWatch[];

  constructor({ registry, ...dependencies }: SchemaWatchOptions) {
    super();
    this.#watches = [
      new ClusterResourceWatch(schemaKind, registry.cluster, dependencies),
      new ClusterResourceWatch(localSchemaKind, registry.local, dependencies),
    ];
  }

  override start(): void {
    for (const watch of this.#watches) watch.start();
  }

  override async stop(): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.stop()));
  }

  override async loaded(): Promise<void> {
    const unknown = this.#watches.filter(({ isLoaded }) => !isLoaded);
    if (unknown.length === 0) return;
    const abort = new AbortController();
    const late = pause(schemaLimits.loadMsMax, 'late', { signal: abort.signal, ref: false });
    late.catch(() => undefined);
    const first = await Promise.race([Promise.all(unknown.map(({ first }) => first)), late]);
    abort.abort();
    if (first !== 'late') return;
    const kinds = unknown.filter(({ isLoaded }) => !isLoaded).map(({ resource }) => resource);
    const internal = `${kinds.join(' and ')} cannot be listed: apply deploy/crds and deploy/rbac`;
    throw unavailable('the schemas of Secrets are not known yet', { internal });
  }
}
