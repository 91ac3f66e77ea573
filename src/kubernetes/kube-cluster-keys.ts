import { Injectable } from '@nestjs/common';
import { ClusterKeys, type PublishedKeys } from '../auth/domain/cluster-keys.js';
import { readKeySet } from '../auth/domain/key-set.js';
import { limits } from '../core/limits.js';
import { parseJson, recordOf } from './kube-json.js';
import { SelfKubeClient } from './self-kube.client.js';

/**
 * API server's own discovery of its ServiceAccount tokens, requested as the gateway itself.
 * https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery
 */
@Injectable()
export class KubeClusterKeys extends ClusterKeys {
  readonly #self: SelfKubeClient;

  constructor(self: SelfKubeClient) {
    super();
    this.#self = self;
  }

  /** Reads the set from the connected server, whatever external address `jwks_uri` names. */
  override async fetch(): Promise<PublishedKeys | undefined> {
    const configuration = await this.#read(['.well-known', 'openid-configuration']);
    const keys = await this.#read(['openid', 'v1', 'jwks']);
    if (configuration === undefined || keys === undefined) return undefined;
    const { issuer } = configuration;
    if (typeof issuer !== 'string') throw new Error('the discovery document names no issuer');
    return { issuer, keys: readKeySet(keys) };
  }

  async #read(path: readonly string[]) {
    const { status, body } = await this.#self.readPublished(path, {
      timeoutMs: limits.jwksFetchMsMax,
    });
    if (status === 403 || status === 404) return undefined;
    if (status !== 200) throw new Error(`the API server answered ${status}`);
    return recordOf(parseJson(body));
  }
}
