import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { TlsWorld } from '../test/support/tls-files.js';
import { endsWithUs } from './ends-with-us.js';
import { freePorts, ready } from './gateway-process.js';
import { httpOnce } from './http-once.js';
import { type Look, lookAtTree } from './process-figures.js';
import type { RealCluster } from './real-cluster.js';

const stopMsMax = 30_000;
/** What one caller may ask in a second: no benchmark comes near it. */
const unlimited = { requestsPerSecond: 1_000_000, burst: 1_000_000 };

export interface ClusterGatewayWish {
  /** Empty. */
  readonly dir: string;
  readonly tls: TlsWorld;
  /** Namespaces. */
  readonly served: readonly string[];
  /** Options of Node. */
  readonly nodeOptions?: readonly string[];
  /** Beside those of a benchmark. */
  readonly settings?: object;
}

/** The built gateway before a real API server, with TLS and without limits, in its own process. */
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
  static async start(cluster: RealCluster, wish: ClusterGatewayWish): Promise<ClusterGateway> {
    const { dir, tls, served, nodeOptions = [], settings: more = {} } = wish;
    const [port = 0, healthPort = 0, tlsPort = 0] = await freePorts(3);
    mkdirSync(join(dir, 'data'));
    const { cert, key } = tls.files;
    const settings = {
      ...{ dataDir: join(dir, 'data'), limits: unlimited, log: { level: 'error' } },
      listen: { port, tls: { port: tlsPort, cert, key } },
      health: { port: healthPort },
      kubernetes: { mode: 'kubeconfig', kubeconfig: await cluster.gatewayKubeconfig() },
      namespaces: { served },
      ...more,
    };
    const config = join(dir, 'sallyport.yaml');
    writeFileSync(config, stringify(settings));
    const given = [...nodeOptions, 'dist/main.js', '--config', config];
    const child = spawn(process.execPath, given, { env: {}, stdio: ['ignore', 'ignore', 'pipe'] });
    endsWithUs(child);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    try {
      await ready(child, `http://127.0.0.1:${healthPort}/readyz`);
      return new ClusterGateway(child, tlsPort, healthPort);
    } catch (error) {
      child.kill('SIGKILL');
      // What it says of a start that went well is of no use here.
      process.stderr.write(said);
      throw error;
    }
  }

  /** The sum of a counter or gauge over its labels; 0 where there is none. */
  async metric(name: string): Promise<number> {
    const call = { port: this.#healthPort, method: 'GET', path: '/metrics' };
    const { text } = await httpOnce(this.#agent, call);
    const lines = text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'));
    return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), stopMsMax);
    await exited;
    clearTimeout(kill);
  }
}
