import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { SelfKubeClient } from '../../kubernetes/self-kube.client.js';
import { type AnchorConfigMap, AnchorConfigMaps } from './anchor-config-map.js';

type Client = Pick<SelfKubeClient, 'getConfigMap' | 'patchConfigMap'>;

/** ConfigMap of the cluster, accessed with the gateway's own account. */
export class KubeAnchorConfigMaps extends AnchorConfigMaps {
  readonly #self: Client;
  readonly #ref: { readonly namespace: string; readonly name: string };

  constructor(self: Client, ref: { readonly namespace: string; readonly name: string }) {
    super();
    this.#self = self;
    this.#ref = ref;
  }

  override async read(signal: AbortSignal): Promise<AnchorConfigMap | undefined> {
    const { namespace, name } = this.#ref;
    try {
      const object = await this.#self.getConfigMap(namespace, name, { signal });
      const { resourceVersion } = object['metadata'] as { readonly resourceVersion: string };
      const data = (object['data'] ?? {}) as Readonly<Record<string, string>>;
      return { data, resourceVersion };
    } catch (error) {
      if (isCode(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  override async write(
    data: Readonly<Record<string, string>>,
    resourceVersion: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { namespace, name } = this.#ref;
    const patch = { metadata: { resourceVersion }, data };
    try {
      await this.#self.patchConfigMap(namespace, name, patch, { signal });
      return true;
    } catch (error) {
      if (isCode(error, 'Conflict')) return false;
      throw error;
    }
  }
}

function isCode(error: unknown, code: SallyportError['code']): boolean {
  return error instanceof SallyportError && error.code === code;
}
