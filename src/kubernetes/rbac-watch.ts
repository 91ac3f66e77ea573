import { RbacChanges, type RbacConcern } from '../access/domain/rbac-changes.js';
import { recordOf, textOf } from './kube-json.js';
import { Reflector } from './reflector/reflector.js';
import type { RbacResource, SelfKubeClient } from './self-kube.client.js';

export interface RbacWatchOptions {
  /** Called when changes are received again, and when they no longer are. */
  readonly onState?: (resource: RbacResource, isLive: boolean, error?: unknown) => void;
  readonly onFault: (error: unknown) => void;
}

const resources: readonly RbacResource[] = [
  'roles',
  'rolebindings',
  'clusterroles',
  'clusterrolebindings',
];

/** Watches the four kinds of RBAC objects everywhere, with the gateway's own right. */
export class RbacWatch extends RbacChanges {
  readonly #listeners: ((concern: RbacConcern) => void)[] = [];
  readonly #reflectors: readonly Reflector<RbacConcern>[];

  constructor(self: Pick<SelfKubeClient, 'rbacObjects'>, options: RbacWatchOptions) {
    super();
    this.#reflectors = resources.map(
      (resource) =>
        new Reflector<RbacConcern>({
          collection: self.rbacObjects(resource),
          map: concernOf,
          handle: (event) => this.#tell(event.type === 'replaced' ? 'all' : event.object),
          onState: (isLive, error) => {
            // Later changes may be received late.
            if (!isLive) this.#tell('all');
            options.onState?.(resource, isLive, error);
          },
          onFault: options.onFault,
        }),
    );
  }

  override onChange(listener: (concern: RbacConcern) => void): void {
    this.#listeners.push(listener);
  }

  override isLive(): boolean {
    return this.#reflectors.every((reflector) => reflector.isLive);
  }

  start(): void {
    for (const reflector of this.#reflectors) reflector.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector.stop()));
  }

  #tell(concern: RbacConcern): void {
    for (const listener of this.#listeners) listener(concern);
  }
}

/** Returns the concern; objects of the cluster-wide kinds have no namespace. */
function concernOf(object: Readonly<Record<string, unknown>>): RbacConcern {
  const namespace = textOf(recordOf(object['metadata'])['namespace']);
  return namespace === '' ? 'all' : { namespace };
}
