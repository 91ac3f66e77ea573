import { Agent } from 'node:https';
import type { ClusterGateway } from './cluster-gateway.js';
import { ClusterWorld } from './cluster-world.js';
import type { Look } from './process-figures.js';
import { namespace, secretName } from './real-cluster.js';

export const secretsCount = 10;
const valueBytes = 1_024;

/** A server that is called with a token over TLS. */
export interface Server {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  readonly ca: string;
}

/** A real API server, and before it the gateway. */
export class KubectlWorld {
  readonly direct: Server;
  readonly facade: Server;
  readonly #world: ClusterWorld;
  readonly #gateway: ClusterGateway;

  private constructor(world: ClusterWorld, gateway: ClusterGateway) {
    const { cluster, tls, tokens } = world;
    const { url, ca } = cluster;
    this.#world = world;
    this.#gateway = gateway;
    this.direct = { name: 'the API server', url, token: tokens.direct, ca };
    this.facade = {
      ...{ name: 'through the façade', token: tokens.gateway, ca: tls.ca },
      url: `${gateway.url}/kubernetes`,
    };
  }

  static async start(dir: string): Promise<KubectlWorld> {
    const world = await ClusterWorld.start(dir);
    try {
      await world.cluster.fill({ namespace, prefix: 's', count: secretsCount, valueBytes });
      return new KubectlWorld(world, await world.startGateway({ served: [namespace] }));
    } catch (error) {
      await world.stop();
      throw error;
    }
  }

  /** Memory and time of the processors of the gateway so far. */
  get figures(): Look {
    return this.#gateway.figures;
  }

  /** To the first Secret, past the gateway. */
  async write(value: string): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/secrets/${secretName('s', 0)}`;
    await this.#world.cluster.request('PATCH', path, { stringData: { value } });
  }

  async stop(): Promise<void> {
    await this.#world.stop();
  }
}

export function agentOf({ ca }: Server, maxSockets: number): Agent {
  return new Agent({ ca, keepAlive: true, maxSockets });
}
