import { readFile } from 'node:fs/promises';
import { expect, vi } from 'vitest';
import { toSallyportError } from '../../../src/core/errors/sallyport-error.js';
import { BrokerKubeClient } from '../../../src/kubernetes/broker-kube.client.js';
import { KubeConnection } from '../../../src/kubernetes/kube-connection.js';
import { KubeNamespaceUids } from '../../../src/kubernetes/kube-namespace-uids.js';
import { readCachedSecret } from '../../../src/kubernetes/kube-secret.mapper.js';
import { SecretCacheWatch } from '../../../src/kubernetes/secret-cache-watch.js';
import { WatchedSecretCache } from '../../../src/secrets/cache/watched-secret-cache.js';
import type { NamespaceView } from '../../../src/secrets/domain/cache/secret-cache.js';
import { writeKubeconfig } from '../../cluster/kubeconfig.js';
import type { TestCluster } from '../../cluster/test-cluster.js';
import { type Gateway, gatewayOn } from './support.js';

export interface CacheWorldOptions {
  /** Another way to the API server, such as one that is cut. */
  readonly port?: number;
  readonly served?: readonly string[];
}

/** A cache of the namespaces that are served, as the gateway has it, on a cluster of a test. */
export class CacheWorld {
  readonly cache: WatchedSecretCache;
  readonly watch: SecretCacheWatch;
  readonly gateway: Gateway;
  /** Ids that were put on record. */
  readonly recorded: string[] = [];
  readonly #namespaces: KubeNamespaceUids;
  readonly #faults: unknown[] = [];

  private constructor(gateway: Gateway, served: readonly string[]) {
    this.gateway = gateway;
    const onFault = (error: unknown): void => void this.#faults.push(error);
    const isFollowed = (namespace: string): boolean => served.includes(namespace);
    this.#namespaces = new KubeNamespaceUids(gateway.self, onFault);
    this.cache = new WatchedSecretCache({
      documents: { read: readCachedSecret },
      isServed: isFollowed,
      isLive: (namespace) => this.watch.isLive(namespace),
      incarnation: (namespace) => this.#namespaces.known(namespace)?.uid,
      isClusterWide: false,
      onOver: () => undefined,
      onTooLarge: () => undefined,
      onFault,
    });
    this.watch = new SecretCacheWatch({
      broker: new BrokerKubeClient(gateway.transport, {
        namespace: 'sallyport',
        name: 'sallyport-broker',
      }),
      namespaces: this.#namespaces,
      isFollowed,
      isClusterWide: false,
      record: async (_namespace, ids) => void this.recorded.push(...ids),
      onState: () => undefined,
      onFault,
    });
  }

  static async start(cluster: TestCluster, options: CacheWorldOptions = {}): Promise<CacheWorld> {
    const account = { namespace: 'sallyport', serviceAccount: 'sallyport' };
    const token = await cluster.createToken(account);
    const path = `${cluster.dir}/cache-${options.port ?? 'direct'}.kubeconfig`;
    const { port } = options;
    const server = port === undefined ? cluster.url : `https://127.0.0.1:${port}`;
    const ca = await readFile(cluster.caFile, 'utf8');
    await writeKubeconfig(path, { server, ca, user: { token } });
    const gateway = gatewayOn(await KubeConnection.open({ mode: 'kubeconfig', path }));
    const world = new CacheWorld(gateway, options.served ?? ['pay']);
    world.#namespaces.start();
    world.watch.start(world.cache.sink);
    return world;
  }

  /** Whatever was thrown, in words that hold no value. */
  get faults(): readonly string[] {
    return this.#faults.map((fault) => toSallyportError(fault).internal ?? String(fault));
  }

  /** What is seen at once; undefined also where it would be waited for. */
  view(namespace: string): NamespaceView | undefined {
    const view = this.cache.view(namespace);
    return view instanceof Promise ? undefined : view;
  }

  async live(namespace: string, isLive = true, timeout = 30_000): Promise<void> {
    const isSo = () => expect(this.cache.view(namespace) !== undefined).toBe(isLive);
    await vi.waitFor(isSo, { timeout, interval: 20 });
  }

  async stop(): Promise<void> {
    await this.watch.stop();
    await this.#namespaces.stop();
    this.gateway.transport.close();
  }
}

/** Each Secret of the view with its version and its values. */
export function heldIn(view: NamespaceView | undefined): readonly unknown[] | undefined {
  return view?.page({ after: '', limit: 10_000 }).items.map((state) => {
    const { name, resourceVersion, data } = readCachedSecret(state);
    const values = [...data].map(([key, value]) => [key, value.revealText()]);
    return { name, resourceVersion, values: Object.fromEntries(values) };
  });
}

interface ListedSecret {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** The same as the API server lists it. */
export async function listedAt(cluster: TestCluster, namespace: string) {
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const answer = await cluster.request<{ readonly items: readonly ListedSecret[] }>('GET', path);
  expect(answer.status).toBe(200);
  return answer.body.items.map(({ metadata: { name, resourceVersion }, data = {} }) => {
    const values = Object.entries(data).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]);
    return { name, resourceVersion, values: Object.fromEntries(values) };
  });
}
