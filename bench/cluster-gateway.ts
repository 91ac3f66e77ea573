import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { TlsWorld } from '../test/support/tls-files.js';
import { endsWithUs } from './ends-with-us.js';
import { endChild, freePorts, gaugeValue, metricSum, readyOrEnded } from './gateway-process.js';
import { type Look, lookAtTree } from './process-figures.js';
import type { RealCluster } from './real-cluster.js';

/** What one caller may ask in a second: no benchmark comes near it. */
const unlimited = {
  ...{ requestsPerSecond: 1_000_000, burst: 1_000_000 },
  responseBytesPerSecond: 16 * 1024 ** 3,
};

export interface ClusterGatewayWish {
  /** Empty. */
  readonly dir: string;
  readonly tls: TlsWorld;
  /** Namespaces. */
  readonly served: readonly string[];
  /** As the setting; `served` if absent. */
  readonly scope?: 'served' | 'cluster';
  /** As the setting; this API server asks RBAC and Node alone. `any` if absent. */
  readonly authorizers?: 'any' | 'rbac';
  /** With the limits of requests that are the default; none stop a load if absent. */
  readonly isLimited?: boolean;
  /** Port of the admission webhook, with the same certificate; none if absent. */
  readonly admissionPort?: number;
  /** Further settings. */
  readonly settings?: object;
  /** Options of Node. */
  readonly nodeOptions?: readonly string[];
}

/** The built gateway before a real API server, with TLS, in its own process. */
export class ClusterGateway {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #healthPort: number;
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(child: ChildProcess, tlsPort: number, healthPort: number) {
    this.#child = child;
    this.url = `https://127.0.0.1:${tlsPort}`;
    this.#healthPort = healthPort;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Memory and time of the processors so far, of all its processes. */
  get figures(): Look {
    return lookAtTree(this.pid);
  }

  /** Resolves once it is ready. */
  static async start(
    cluster: Pick<RealCluster, 'gatewayKubeconfig'>,
    wish: ClusterGatewayWish,
  ): Promise<ClusterGateway> {
    const { dir, tls, served, scope, authorizers = 'any', nodeOptions = [] } = wish;
    const { admissionPort } = wish;
    const limits = wish.isLimited ? {} : unlimited;
    const [port = 0, healthPort = 0, tlsPort = 0] = await freePorts(3);
    mkdirSync(join(dir, 'data'));
    const { cert, key } = tls.files;
    const settings = {
      ...{ dataDir: join(dir, 'data'), limits, log: { level: 'error' } },
      listen: { port, tls: { port: tlsPort, cert, key } },
      health: { port: healthPort },
      ...(admissionPort && { admission: { port: admissionPort, cert, key } }),
      kubernetes: {
        ...{ mode: 'kubeconfig', kubeconfig: await cluster.gatewayKubeconfig(), authorizers },
      },
      namespaces: { served, ...(scope && { scope }) },
      ...wish.settings,
    };
    const config = join(dir, 'sallyport.yaml');
    writeFileSync(config, stringify(settings));
    const given = [...nodeOptions, 'dist/main.js', '--config', config];
    const child = spawn(process.execPath, given, { env: {}, stdio: ['ignore', 'ignore', 'pipe'] });
    endsWithUs(child);
    await readyOrEnded(child, `http://127.0.0.1:${healthPort}/readyz`);
    return new ClusterGateway(child, tlsPort, healthPort);
  }

  /** The sum of a counter or gauge over its labels; 0 where there is none. */
  metric(name: string): Promise<number> {
    return metricSum(this.#agent, this.#healthPort, name);
  }

  /** The value of a gauge without labels; NaN if the gauge is absent. */
  gauge(name: string): Promise<number> {
    return gaugeValue(this.#agent, this.#healthPort, name);
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await endChild(this.#child);
  }
}
