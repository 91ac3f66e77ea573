import type { CustomResource, CustomResourceKind } from './custom-resource.js';

/** Content of a Kubernetes Event about an object; it contains no value. */
export interface ObjectEvent {
  readonly type: 'Normal' | 'Warning';
  /** One word. */
  readonly reason: string;
  readonly message: string;
}

/** Port for Kubernetes Events about custom resources. */
export abstract class ObjectEvents {
  /** Creates an Event, as the broker. Throws what a write of the cluster throws. */
  abstract record(
    kind: CustomResourceKind,
    object: Pick<CustomResource, 'namespace' | 'name' | 'uid' | 'resourceVersion'>,
    event: ObjectEvent,
  ): Promise<void>;
}
