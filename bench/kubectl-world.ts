import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startCluster, type Cluster } from '../test/cluster/cluster.js';
import { TlsWorld } from '../test/support/tls-files.js';
import { freePorts, ready } from './gateway-process.js';
import { lookAt, type Look } from './process-figures.js';

export const namespace = 'bench';
const profile = 'deploy/rbac/constrained/by-namespace';
const account = 'reader';

/** A server that is called with a token over TLS. */
export interface Server {
  readonly name: string;
  readonly url: string;
  readonly token: string;
  readonly ca: string;
}

/** A real API server, and before it the built gateway in a process of its own. */
export class KubectlWorld {
  readonly direct: Server;
  readonly facade: Server;
  readonly #cluster: Cluster;
  readonly #gateway: ChildProcess;
  readonly #tls: TlsWorld;

  private constructor(parts: {
    readonly direct: Server;
    readonly facade: Server;
    readonly cluster: Cluster;
    readonly gateway: ChildProcess;
    readonly tls: TlsWorld;
  }) {
    this.direct = parts.direct;
    this.facade = parts.facade;
    this.#cluster = parts.cluster;
    this.#gateway = parts.gateway;
    this.#tls = parts.tls;
  }

  static async start(dir: string): Promise<KubectlWorld> {
    const cluster = await startCluster();
    try {
      await furnish(cluster);
      const tls = await TlsWorld.create();
      const [port = 0, healthPort = 0, tlsPort = 0] = await freePorts(3);
      const token = await cluster.createToken({
        namespace: 'sallyport',
        serviceAccount: 'sallyport',
      });
      const kubeconfig = await cluster.kubeconfigFor({ token, name: 'bench-gateway' });
      const { cert, key } = tls.files;
      const config = join(dir, 'sallyport.yaml');
      mkdirSync(join(dir, 'data'));
      const limits = { requestsPerSecond: 1_000_000, burst: 1_000_000 };
      const settings = {
        ...{ dataDir: join(dir, 'data'), limits, log: { level: 'error' } },
        listen: { port, tls: { port: tlsPort, cert, key } },
        health: { port: healthPort },
        kubernetes: { mode: 'kubeconfig', kubeconfig },
        namespaces: { served: [namespace] },
      };
      writeFileSync(config, stringify(settings));
      const gateway = spawn(process.execPath, ['dist/main.js', '--config', config], {
        ...{ env: {}, stdio: ['ignore', 'ignore', 'inherit'] },
      });
      await ready(gateway, `http://127.0.0.1:${healthPort}/readyz`);
      const tokenFor = (audiences?: readonly string[]) =>
        cluster.createToken({
          namespace,
          serviceAccount: account,
          ...(audiences && { audiences }),
        });
      const ca = readFileSync(cluster.caFile, 'utf8');
      return new KubectlWorld({
        ...{ cluster, gateway, tls },
        direct: { name: 'the API server', url: cluster.url, token: await tokenFor(), ca },
        facade: {
          ...{ name: 'through the façade', ca: tls.ca },
          url: `https://127.0.0.1:${tlsPort}/kubernetes`,
          token: await tokenFor(['sallyport']),
        },
      });
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** Memory and time of the processors of the gateway so far. */
  get figures(): Look {
    return lookAt(this.#gateway.pid) ?? { peakMib: NaN, cpuMs: NaN };
  }

  /** Without the API server, as its administrator. */
  async write(name: string, value: string): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
    await this.#cluster.request('PATCH', path, { stringData: { value } });
  }

  async stop(): Promise<void> {
    const exited = once(this.#gateway, 'exit');
    this.#gateway.kill('SIGTERM');
    await exited;
    this.#tls.remove();
    await this.#cluster.stop();
  }
}

export function agentOf({ ca }: Server, maxSockets: number): Agent {
  return new Agent({ ca, keepAlive: true, maxSockets });
}

async function furnish(cluster: Cluster): Promise<void> {
  await cluster.kubectl(['apply', '--server-side', '-k', profile]);
  await cluster.kubectl(['create', 'namespace', namespace]);
  const file = `${profile}/served-namespace.yaml`;
  await cluster.kubectl(['-n', namespace, 'apply', '--server-side', '-f', file]);
  const at = ['-n', namespace];
  await cluster.kubectl([...at, 'create', 'serviceaccount', account]);
  const verbs = '--verb=get,list,watch';
  await cluster.kubectl([...at, 'create', 'role', account, verbs, '--resource=secrets']);
  const subject = `--serviceaccount=${namespace}:${account}`;
  await cluster.kubectl([...at, 'create', 'rolebinding', account, `--role=${account}`, subject]);
  for (let index = 0; index < 10; index += 1) {
    const literal = `--from-literal=value=${'x'.repeat(1_024)}`;
    await cluster.kubectl([...at, 'create', 'secret', 'generic', `s${index}`, literal]);
  }
}
