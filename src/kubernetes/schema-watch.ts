import { setTimeout as pause } from 'node:timers/promises';
import { SallyportError, toSallyportError, unavailable } from '../core/errors/sallyport-error.js';
import { schemaLimits } from '../core/schema-limits.js';
import type {
  CustomResource,
  CustomResourceKind,
} from '../custom-resources/domain/custom-resource.js';
import type { CustomResourceSink } from '../custom-resources/domain/custom-resources.js';
import type { AppLogger } from '../platform/telemetry/app-logger.js';
import { localSchemaKind, SchemaFeed, schemaKind } from '../schemas/domain/secret-schemas.js';
import { toClusterResource, toCustomResource } from './custom-resource.mapper.js';
import { collectionPath } from './kube-custom-resources.js';
import { Reflector, type ReflectorEvent } from './reflector/reflector.js';
import type { SelfKubeClient } from './self-kube.client.js';

interface WatchDependencies {
  readonly self: Pick<SelfKubeClient, 'clusterResources'>;
  readonly logger: Pick<AppLogger, 'watchChanged' | 'fault'>;
}

export interface SchemaWatchOptions extends WatchDependencies {
  /** Receivers of the schemas of the cluster, and of all namespaces. */
  readonly registry: Record<'cluster' | 'local', CustomResourceSink>;
}

/** Watches the schemas of the cluster and of all namespaces with the gateway's own right. */
export class SchemaWatch extends SchemaFeed {
  readonly #watches: readonly KindWatch[];

  constructor({ registry, ...dependencies }: SchemaWatchOptions) {
    super();
    this.#watches = [
      new KindWatch(schemaKind, registry.cluster, dependencies),
      new KindWatch(localSchemaKind, registry.local, dependencies),
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

/** Watch of one of the kinds, in the whole cluster. */
class KindWatch {
  readonly resource: string;
  readonly #sink: CustomResourceSink;
  readonly #reflector: Reflector<CustomResource>;
  readonly #first = Promise.withResolvers<void>();
  #isLoaded = false;

  constructor(
    { resource, isClusterScoped }: CustomResourceKind,
    sink: CustomResourceSink,
    { self, logger }: WatchDependencies,
  ) {
    this.resource = resource;
    this.#sink = sink;
    this.#reflector = new Reflector<CustomResource>({
      collection: self.clusterResources(collectionPath(resource, '')),
      map: isClusterScoped === true ? toClusterResource : toCustomResource,
      handle: (event) => this.#hand(event),
      onState: (isLive, error) => {
        const cause = error === undefined ? undefined : toSallyportError(error);
        logger.watchChanged(resource, isLive, cause?.internal ?? cause?.code);
        if (cause && hasNone(cause)) this.#markLoaded();
      },
      onFault: (error) => logger.fault(error),
    });
  }

  /** Whether all objects are known. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Resolves when all objects are known. */
  get first(): Promise<void> {
    return this.#first.promise;
  }

  start(): void {
    this.#reflector.start();
  }

  stop(): Promise<void> {
    return this.#reflector.stop();
  }

  #hand(event: ReflectorEvent<CustomResource>): void {
    if (event.type === 'replaced') {
      for (const object of event.items) this.#sink.put(object, '');
      this.#sink.listed('', new Set(event.items.map(({ uid }) => uid)));
      this.#markLoaded();
    } else if (event.type === 'deleted') {
      this.#sink.remove(event.object);
    } else {
      this.#sink.put(event.object, '');
    }
  }

  #markLoaded(): void {
    this.#isLoaded = true;
    this.#first.resolve();
  }
}

/**
 * Reports that the cluster has no definition of the kind. A gateway without the right to read
 * schemas does not know them, and writes wait.
 */
function hasNone({ code }: SallyportError): boolean {
  return code === 'NotFound';
}
