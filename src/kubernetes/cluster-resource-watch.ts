import { type SallyportError, toSallyportError } from '../core/errors/sallyport-error.js';
import type {
  CustomResource,
  CustomResourceKind,
} from '../custom-resources/domain/custom-resource.js';
import type { CustomResourceSink } from '../custom-resources/domain/custom-resources.js';
import type { AppLogger } from '../platform/telemetry/app-logger.js';
import { toClusterResource, toCustomResource } from './custom-resource.mapper.js';
import { collectionPath } from './kube-custom-resources.js';
import { Reflector, type ReflectorEvent } from './reflector/reflector.js';
import type { SelfKubeClient } from './self-kube.client.js';

export interface ClusterWatchDependencies {
  readonly self: Pick<SelfKubeClient, 'clusterResources'>;
  readonly logger: Pick<AppLogger, 'watchChanged' | 'fault'>;
}

/** Watch of a kind in the whole cluster, with the gateway's own right. */
export class ClusterResourceWatch {
  readonly resource: string;
  readonly #sink: CustomResourceSink;
  readonly #reflector: Reflector<CustomResource>;
  readonly #first = Promise.withResolvers<void>();
  #isLoaded = false;

  constructor(
    { resource, isClusterScoped }: CustomResourceKind,
    sink: CustomResourceSink,
    { self, logger }: ClusterWatchDependencies,
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
 * Reports that the cluster has no definition of the kind. A gateway without the right to read the
 * objects does not know them.
 */
function hasNone({ code }: SallyportError): boolean {
  return code === 'NotFound';
}
