import { Inject, Injectable } from '@nestjs/common';
import { RbacChanges } from '../access/domain/rbac-changes.js';
import { toSallyportError } from '../core/errors/sallyport-error.js';
import type { Config } from '../platform/config/config.schema.js';
import { CONFIG } from '../platform/config/config.token.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { BrokerKubeClient } from './broker-kube.client.js';
import { KubeNamespaceUids } from './kube-namespace-uids.js';

/** Dependencies of a watch over the served namespaces. */
export interface ServedCollection {
  readonly broker: BrokerKubeClient;
  readonly namespaces: KubeNamespaceUids;
  readonly isClusterWide: boolean;
  readonly onState: (stream: string, isLive: boolean, error?: unknown) => void;
  readonly onFault: (error: unknown) => void;
}

/** Watches of a kind of object as the broker in all served namespaces. */
@Injectable()
export class ServedCollections {
  readonly #broker: BrokerKubeClient;
  readonly #namespaces: KubeNamespaceUids;
  readonly #changes: RbacChanges;
  readonly #logger: AppLogger;
  /** If all namespaces are served, the broker is bound cluster-wide, else in each separately. */
  readonly #isClusterWide: boolean;

  constructor(
    broker: BrokerKubeClient,
    namespaces: KubeNamespaceUids,
    changes: RbacChanges,
    logger: AppLogger,
    @Inject(CONFIG) config: Config,
  ) {
    this.#broker = broker;
    this.#namespaces = namespaces;
    this.#changes = changes;
    this.#logger = logger;
    const { scope, served: patterns } = config.namespaces;
    this.#isClusterWide = scope === 'cluster' && patterns.includes('*');
  }

  /** Returns the parts of a watch; `nameOf` names a stream (a namespace, or `*`) in the log. */
  of(nameOf: (stream: string) => string): ServedCollection {
    return {
      broker: this.#broker,
      namespaces: this.#namespaces,
      isClusterWide: this.#isClusterWide,
      onState: (stream, isLive, error) => {
        const cause = error === undefined ? undefined : toSallyportError(error);
        this.#logger.watchChanged(nameOf(stream), isLive, cause?.internal ?? cause?.code);
      },
      onFault: (error) => this.#logger.fault(error),
    };
  }

  /** Makes a refused watch retry when rights have changed. */
  nudgeOnChange(watch: { nudge(namespace: string | undefined): void }): void {
    this.#changes.onChange((concern) => {
      watch.nudge(concern === 'all' ? undefined : concern.namespace);
    });
  }
}
