import { Injectable } from '@nestjs/common';
import { Clock } from '../core/clock.js';
import type {
  CustomResource,
  CustomResourceKind,
} from '../custom-resources/domain/custom-resource.js';
import { type ObjectEvent, ObjectEvents } from '../custom-resources/domain/object-events.js';
import { BrokerKubeClient } from './broker-kube.client.js';
import { FIELD_MANAGER } from './kube-secret.mapper.js';

/** Characters of a name before the random suffix of an Event. */
const NAME_CHARACTERS_MAX = 240;

/**
 * Events of the core API, as `kubectl describe` shows them.
 * https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
@Injectable()
export class KubeObjectEvents extends ObjectEvents {
  readonly #broker: BrokerKubeClient;
  readonly #clock: Clock;

  constructor(broker: BrokerKubeClient, clock: Clock) {
    super();
    this.#broker = broker;
    this.#clock = clock;
  }

  override async record(
    { kind }: CustomResourceKind,
    object: Pick<CustomResource, 'namespace' | 'name' | 'uid' | 'resourceVersion'>,
    { type, reason, message }: ObjectEvent,
  ): Promise<void> {
    const { namespace, name, uid, resourceVersion } = object;
    const time = new Date(Math.floor(this.#clock.nowMs() / 1_000) * 1_000).toISOString();
    await this.#broker.send({
      method: 'POST',
      path: ['api', 'v1', 'namespaces', namespace, 'events'],
      query: { fieldManager: FIELD_MANAGER },
      body: {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { namespace, generateName: `${name.slice(0, NAME_CHARACTERS_MAX)}.` },
        involvedObject: {
          ...{ apiVersion: 'sallyport.dev/v1alpha1', kind },
          ...{ namespace, name, uid, resourceVersion },
        },
        ...{ type, reason, message, count: 1, firstTimestamp: time, lastTimestamp: time },
        source: { component: FIELD_MANAGER },
      },
      effect: 'write',
    });
  }
}
