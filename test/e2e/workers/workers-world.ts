import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuiltGateway, ChildGateway, buildGateway } from '../../support/child-gateway.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { makeAuditor } from '../../support/seed.js';
import { eventually } from '../../support/tokens-world.js';
import { UpstreamProxy, proxyKubeconfig } from '../../support/upstream-proxy.js';

export const namespace = 'pay';
export const secretsPath = `/v1/namespaces/${namespace}/secrets`;

interface EventPage {
  readonly items: readonly RecordedEvent[];
  readonly continue?: string;
}

export interface RecordedEvent {
  readonly auditId: string;
  readonly user: string;
  readonly credentialId?: string;
  readonly userAgent?: string;
  readonly plane: string;
  readonly keys: readonly string[];
  readonly decisionReason?: string;
  readonly action: string;
  readonly outcome: string;
  readonly code: number;
  readonly secret?: string;
  readonly sourceIp?: string;
}

/** A shipped gateway with workers, in processes of its own, in front of a cluster of its own. */
export class WorkersWorld {
  readonly installation: TestInstallation;
  readonly token: string;
  readonly auditor: string;
  /** Between the gateway and its cluster. */
  readonly proxy: UpstreamProxy;
  readonly #built: BuiltGateway;
  readonly #dir: string;
  readonly #config: object;
  #gateway: ChildGateway | undefined;

  private constructor(parts: {
    readonly installation: TestInstallation;
    readonly token: string;
    readonly auditor: string;
    readonly proxy: UpstreamProxy;
    readonly built: BuiltGateway;
    readonly dir: string;
    readonly config: object;
  }) {
    this.installation = parts.installation;
    this.token = parts.token;
    this.auditor = parts.auditor;
    this.proxy = parts.proxy;
    this.#built = parts.built;
    this.#dir = parts.dir;
    this.#config = parts.config;
  }

  static async open(settings: Record<string, unknown> = {}): Promise<WorkersWorld> {
    const [installation, built] = await Promise.all([TestInstallation.start(), buildGateway()]);
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-several-'));
    const proxy = await UpstreamProxy.start(installation.cluster);
    const own = await installation.cluster.createToken({
      namespace: 'sallyport',
      serviceAccount: 'sallyport',
    });
    const kubeconfig = join(dir, 'kubeconfig');
    writeFileSync(kubeconfig, proxyKubeconfig(proxy.url, own), { mode: 0o600 });
    const config = {
      listen: { port: 0 },
      health: { port: 0 },
      dataDir: join(dir, 'data'),
      kubernetes: { mode: 'kubeconfig', kubeconfig },
      namespaces: { served: ['*'] },
      workers: 2,
      limits: { requestsPerSecond: 100_000, burst: 100_000 },
      ...settings,
    };
    await installation.serve(namespace);
    const token = await installation.user(namespace, 'app', [allOfSecrets]);
    const auditor = await installation.user(namespace, 'auditor', []);
    await makeAuditor(installation, namespace, 'auditor');
    return new WorkersWorld({ installation, token, auditor, proxy, built, dir, config });
  }

  /** The one that runs; a new one where the last has ended. */
  async gateway(): Promise<ChildGateway> {
    if (this.#gateway?.isRunning !== true) {
      const data = join(this.#dir, 'data');
      this.#gateway = await ChildGateway.start(this.#built.main, this.#config, data);
    }
    return this.#gateway;
  }

  get folder(): string {
    return join(this.#dir, 'data', 'workers');
  }

  /** Process ids of the workers, as the system knows them. */
  workers(): readonly number[] {
    return childrenOf(this.#gateway?.pid ?? 0);
  }

  /** A call by a connection of its own, as nobody in particular or as the user of the world. */
  async call(call: Call): Promise<Answer> {
    const { url } = await this.gateway();
    return send(url, { token: this.token, ...call });
  }

  /** Connections that are kept, as many as there are callers. */
  connections(count: number): { readonly agents: readonly Agent[]; readonly close: () => void } {
    const agents = Array.from(
      { length: count },
      () => new Agent({ keepAlive: true, maxSockets: 1 }),
    );
    return { agents, close: () => agents.forEach((agent) => agent.destroy()) };
  }

  /** All events about a Secret, other than of the searches themselves. */
  async eventsOf(secret: string): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    let next = '';
    do {
      const query = `?namespace=${namespace}&secret=${secret}&limit=500${next}`;
      const answer = await this.call({ path: `/v1/audit/events${query}`, token: this.auditor });
      if (answer.status !== 200) throw new Error(`no events: ${answer.status} ${answer.text}`);
      const page = answer.json<EventPage>();
      events.push(...page.items.filter(({ action }) => action !== 'audit.read'));
      next = page.continue === undefined ? '' : `&continue=${encodeURIComponent(page.continue)}`;
    } while (next !== '');
    return events;
  }

  /** A counter or gauge of the gateway, summed over its samples that have these labels. */
  async metric(name: string, labels = ''): Promise<number> {
    const { healthUrl } = await this.gateway();
    const { text } = await send(healthUrl, { path: '/metrics' });
    const lines = text.split('\n').filter((line) => line.startsWith(name) && line.includes(labels));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  /** How many requests the workers have passed on meanwhile. */
  async passedOn(act: () => Promise<unknown>): Promise<number> {
    const name = 'sallyport_requests_passed_on_total';
    const before = await this.metric(name);
    await act();
    return (await this.metric(name)) - before;
  }

  /** Waits until every worker answers this read by itself. */
  async warm(path: string): Promise<void> {
    await eventually(async () => {
      const count = await this.passedOn(async () => {
        // In turn they come to all of them.
        for (let turn = 0; turn < 6; turn += 1) await this.call({ path });
      });
      if (count > 0) throw new Error(`${count} of 6 were passed on`);
    });
  }

  async close(): Promise<void> {
    await this.#gateway?.stop();
    await this.proxy.stop();
    await this.installation.stop();
    this.#built.remove();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/** Processes that were started by one. */
export function childrenOf(pid: number): readonly number[] {
  if (!readdirSync('/proc').includes(String(pid))) return [];
  try {
    const text = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
    return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [Number(line)]));
  } catch {
    // It says so with its exit code where there are none.
    return [];
  }
}

export function isRunning(pid: number): boolean {
  return readdirSync('/proc').includes(String(pid));
}
