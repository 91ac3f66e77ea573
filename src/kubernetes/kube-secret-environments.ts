import type { CustomResource } from '../custom-resources/domain/custom-resource.js';
import {
  type EnvironmentPage,
  SecretEnvironments,
} from '../environments/domain/secret-environments.js';
import type { CallerKubeClient } from './caller-kube.client.js';
import { environmentKind } from '../environments/domain/environment-spec.js';
import { KubeCustomResources } from './kube-custom-resources.js';

type Of<Method extends keyof SecretEnvironments> = Parameters<SecretEnvironments[Method]>;

/** Environments over the Kubernetes API, always as the caller. */
export class KubeSecretEnvironments extends SecretEnvironments {
  readonly #objects: KubeCustomResources;

  constructor(caller: CallerKubeClient) {
    super();
    this.#objects = new KubeCustomResources(environmentKind, caller);
  }

  override list(...call: Of<'list'>): Promise<EnvironmentPage> {
    return this.#objects.page(...call);
  }

  override get(...call: Of<'get'>): Promise<CustomResource> {
    return this.#objects.get(...call);
  }

  override create(...call: Of<'create'>): Promise<CustomResource> {
    return this.#objects.create(...call);
  }

  override replace(...call: Of<'replace'>): Promise<CustomResource> {
    return this.#objects.replace(...call);
  }

  override delete(...call: Of<'delete'>): Promise<void> {
    return this.#objects.delete(...call);
  }

  override writeStatus(...call: Of<'writeStatus'>): Promise<void> {
    return this.#objects.writeStatus(...call);
  }
}
