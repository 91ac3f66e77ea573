import { setTimeout as pause } from 'node:timers/promises';
import { SallyportError, toSallyportError, unavailable } from '../core/errors/sallyport-error.js';
import { schemaLimits } from '../core/schema-limits.js';
import type { CustomResource } from '../custom-resources/domain/custom-resource.js';
import type { CustomResourceSink } from '../custom-resources/domain/custom-resources.js';
import type { AppLogger } from '../platform/telemetry/app-logger.js';
import { SchemaFeed, schemaKind } from '../schemas/domain/secret-schemas.js';
import { toClusterResource } from './custom-resource.mapper.js';
import { collectionPath } from './kube-custom-resources.js';
import { Reflector, type ReflectorEvent } from './reflector/reflector.js';
import type { SelfKubeClient } from './self-kube.client.js';

export interface SchemaWatchOptions {
  readonly self: Pick<SelfKubeClient, 'clusterResources'>;
  readonly sink: CustomResourceSink;
  readonly logger: Pick<AppLogger, 'watchChanged' | 'fault'>;
}

/** Watches the SecretSchemas with the gateway's own right. */
export class SchemaWatch extends SchemaFeed {
  readonly #sink: CustomResourceSink;
  readonly #reflector: Reflector<CustomResource>;
  readonly #first = Promise.withResolvers<void>();
  #isLoaded = false;

  constructor({ self, sink, logger }: SchemaWatchOptions) {
    super();
    this.#sink = sink;
    this.#reflector = new Reflector<CustomResource>({
      collection: self.clusterResources(collectionPath(schemaKind.resource, '')),
      map: toClusterResource,
      handle: (event) => this.#hand(event),
      onState: (isLive, error) => {
        const cause = error === undefined ? undefined : toSallyportError(error);
        logger.watchChanged(schemaKind.resource, isLive, cause?.internal ?? cause?.code);
        if (cause && hasNone(cause)) this.#markLoaded();
      },
      onFault: (error) => logger.fault(error),
    });
  }

  override start(): void {
    this.#reflector.start();
  }

  override stop(): Promise<void> {
    return this.#reflector.stop();
  }

  override async loaded(): Promise<void> {
    if (this.#isLoaded) return;
    const abort = new AbortController();
    const late = pause(schemaLimits.loadMsMax, 'late', { signal: abort.signal, ref: false });
    late.catch(() => undefined);
    const first = await Promise.race([this.#first.promise, late]);
    abort.abort();
    if (first !== 'late') return;
    const internal = 'secretschemas cannot be listed: apply deploy/crds and deploy/rbac';
    throw unavailable('the schemas of Secrets are not known yet', { internal });
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
 * Reports that the cluster has no definition of schemas. A gateway without the right to read them
 * does not know them, and writes wait.
 */
function hasNone({ code }: SallyportError): boolean {
  return code === 'NotFound';
}
