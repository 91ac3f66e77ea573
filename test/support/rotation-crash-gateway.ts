import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processesMentioning } from '../cluster/processes.js';
import { ChildGateway } from './child-gateway.js';
import type { TestInstallation } from './gateway.js';
import { type Answer, send } from './raw-http.js';
import type { CrashSlot } from './rotation-crash-world.js';
import { rotatedSecret } from './rotation-crash-targets.js';
import type { RunBody } from './rotation-world.js';
import { UpstreamProxy, proxyKubeconfig } from './upstream-proxy.js';

const TOKEN_SECONDS = 86_400;

/** What gateways of one database have in common. */
export interface SharedStorage {
  readonly url: string;
  readonly auditKeyFile: string;
  readonly encryptionKeyFile: string;
}

export interface CrashGatewayParts {
  readonly main: string;
  readonly installation: TestInstallation;
  /** Its own; what it needs is made in it, its data folder among it. */
  readonly dir: string;
  /** Of a caller that may rotate in every slot. */
  readonly token: string;
  /** Undefined: a database of its own. */
  readonly storage: SharedStorage | undefined;
  /** Further settings. */
  readonly settings?: object;
  /** Returns variables of the process that is about to start. */
  readonly environment?: () => Readonly<Record<string, string>>;
}

/** A gateway in a process of its own, which a test kills, stops and starts again. */
export class CrashGateway {
  /** Between it and its cluster. */
  readonly cluster: UpstreamProxy;
  readonly #parts: CrashGatewayParts;
  #child: ChildGateway | undefined;

  private constructor(parts: CrashGatewayParts, cluster: UpstreamProxy) {
    this.#parts = parts;
    this.cluster = cluster;
  }

  static async start(parts: CrashGatewayParts): Promise<CrashGateway> {
    const { installation, dir } = parts;
    mkdirSync(dir);
    const cluster = await UpstreamProxy.start(installation.cluster);
    const identity = { namespace: 'sallyport', serviceAccount: 'sallyport' };
    // A long run takes longer than an hour.
    const account = { ...identity, expirationSeconds: TOKEN_SECONDS };
    const own = await installation.cluster.createToken(account);
    writeFileSync(join(dir, 'kubeconfig'), proxyKubeconfig(cluster.url, own), { mode: 0o600 });
    const gateway = new CrashGateway(parts, cluster);
    await gateway.startAgain();
    return gateway;
  }

  get url(): string {
    if (this.#child?.isRunning === true) return this.#child.url;
    throw new Error('the gateway does not run');
  }

  /** Address of probes and metrics; undefined: the gateway does not run. */
  get healthUrl(): string | undefined {
    return this.#child?.isRunning === true ? this.#child.healthUrl : undefined;
  }

  get dataDir(): string {
    return join(this.#parts.dir, 'data');
  }

  /** On the data folder that the process before it left. */
  async startAgain(): Promise<void> {
    const { main, dir, storage, settings, environment = () => ({}) } = this.#parts;
    const config = { ...configOf(dir, storage), ...settings };
    this.#child = await ChildGateway.start(main, config, this.dataDir, {
      // It ends with whoever runs the tests, however that ends.
      within: ['setpriv', '--pdeathsig', 'KILL'],
      environment: environment(),
    });
  }

  /** `kill -9`; resolves once it is gone. */
  async kill(): Promise<void> {
    this.#child?.kill();
    await this.#child?.ended();
  }

  /** SIGSTOP: it keeps its connections, and does nothing. */
  pause(): Promise<void> {
    return this.#signal('SIGSTOP');
  }

  resume(): Promise<void> {
    return this.#signal('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.#child?.isRunning === true) await this.resume();
    await this.#child?.stop();
  }

  async end(): Promise<void> {
    await this.stop();
    await this.cluster.stop();
  }

  /** Sends a request of a caller that may do all that there is to do with rotations. */
  ask(path: string, more: { method?: string; body?: object; headers?: object } = {}) {
    return send(this.url, { path, ...more, token: this.#parts.token } as Call);
  }

  /** Asks for a run, as often as is wanted, under the key that makes it one. */
  begin(slot: CrashSlot, key?: string): Promise<Answer> {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return this.ask(runsOf(slot), { method: 'POST', body: {}, headers });
  }

  async run(slot: CrashSlot, id: string): Promise<RunBody> {
    const answer = await this.ask(`${runsOf(slot)}/${id}`);
    if (answer.status !== 200) throw new Error(`no run: ${answer.status} ${answer.text}`);
    return answer.json<RunBody>();
  }

  /** Newest first. */
  async runs(slot: CrashSlot): Promise<readonly RunBody[]> {
    const answer = await this.ask(runsOf(slot));
    if (answer.status !== 200) throw new Error(`no runs: ${answer.status} ${answer.text}`);
    return answer.json<{ items: readonly RunBody[] }>().items;
  }

  async #signal(name: NodeJS.Signals): Promise<void> {
    for (const line of await processesMentioning(join(this.#parts.dir, 'sallyport.yaml'))) {
      process.kill(Number.parseInt(line, 10), name);
    }
  }
}

type Call = Parameters<typeof send>[1];

export const rotationOf = ({ namespace }: CrashSlot): string =>
  `/v1/namespaces/${namespace.name}/secrets/${rotatedSecret}/rotation`;
const runsOf = (slot: CrashSlot) => `${rotationOf(slot)}/runs`;

function configOf(dir: string, storage: SharedStorage | undefined): object {
  return {
    ...{ listen: { port: 0 }, health: { port: 0 }, dataDir: join(dir, 'data') },
    kubernetes: { mode: 'kubeconfig', kubeconfig: join(dir, 'kubeconfig') },
    namespaces: { served: ['*'] },
    rotation: { egress: { allow: [{ host: '127.0.0.1', addresses: ['127.0.0.1/32'] }] } },
    ...(storage !== undefined && {
      storage: { url: storage.url },
      audit: { keyFile: storage.auditKeyFile },
      encryption: { keys: [{ id: 'shared', source: { file: storage.encryptionKeyFile } }] },
    }),
  };
}
