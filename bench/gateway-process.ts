import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { createServer } from 'node:net';
import { lookAt, type Look, unseen } from './process-figures.js';
import { httpOnce, type HttpAnswer } from './http-once.js';

const pollMs = 10;
const startMsMax = 60_000;
const stopMsMax = 30_000;

export interface GatewayWish {
  readonly dataDir: string;
  /** Settings by their variables, beside those of a benchmark. */
  readonly env?: Readonly<Record<string, string>>;
  /** A file of settings. */
  readonly config?: string;
}

/** The built gateway with its sandbox, in a process of its own, called by the user `admin`. */
export class GatewayProcess {
  readonly #child: ChildProcess;
  readonly #ports: readonly number[];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #token: string;

  private constructor(child: ChildProcess, ports: readonly number[], token: string) {
    this.#child = child;
    this.#ports = ports;
    this.#token = token;
  }

  /** Resolves once it is ready. */
  static async start({ dataDir, env = {}, config }: GatewayWish): Promise<GatewayProcess> {
    const ports = await freePorts(4);
    const [main, health, tls, sandbox] = ports;
    const child = spawn(process.execPath, ['dist/main.js', ...configArguments(config)], {
      env: {
        SALLYPORT_DATA_DIR: dataDir,
        SALLYPORT_PORT: String(main),
        SALLYPORT_HEALTH_PORT: String(health),
        SALLYPORT_TLS_PORT: String(tls),
        SALLYPORT_SANDBOX_PORT: String(sandbox),
        SALLYPORT_LOG_LEVEL: 'error',
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await readyOrEnded(child, `http://127.0.0.1:${health}/readyz`);
    return new GatewayProcess(child, ports, readFileSync(`${dataDir}/tokens/admin`, 'utf8'));
  }

  /** Memory and time of the processors so far; NaN where the system does not tell. */
  get figures(): Look {
    return lookAt(this.#child.pid) ?? unseen;
  }

  /** Address of its plain listener, and the token of the user. */
  get access(): { readonly baseUrl: string; readonly token: string } {
    const [port = 0] = this.#ports;
    return { baseUrl: `http://127.0.0.1:${port}`, token: this.#token.trim() };
  }

  /** Rejects on anything but 2xx. */
  async call(method: string, path: string, body?: object): Promise<HttpAnswer> {
    const [port = 0] = this.#ports;
    const authorization = `Bearer ${this.#token.trim()}`;
    const call = { port, method, path: `/v1${path}`, authorization, body };
    return httpOnce(this.#agent, call);
  }

  /** The sum of a counter or gauge over its labels; 0 where there is none. */
  async metric(name: string): Promise<number> {
    const [, port = 0] = this.#ports;
    return metricSum(this.#agent, port, name);
  }

  /** All of them, as text. */
  metrics(): Promise<HttpAnswer> {
    const [, port = 0] = this.#ports;
    return httpOnce(this.#agent, { port, method: 'GET', path: '/metrics' });
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await endChild(this.#child);
  }
}

/** The sum of a counter or gauge over its labels, as a health port tells; 0 where there is none. */
export async function metricSum(agent: Agent, port: number, name: string): Promise<number> {
  const values = await metricValues(agent, port, name);
  return values.reduce((sum, value) => sum + value, 0);
}

/** The value of a gauge without labels, as a health port tells; NaN if the gauge is absent. */
export async function gaugeValue(agent: Agent, port: number, name: string): Promise<number> {
  const [value = NaN] = await metricValues(agent, port, name);
  return value;
}

async function metricValues(agent: Agent, port: number, name: string): Promise<readonly number[]> {
  const { text } = await httpOnce(agent, { port, method: 'GET', path: '/metrics' });
  const lines = text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'));
  return [...lines].map(([, value]) => Number(value));
}

/** Ends a gateway as an operator does; kills it where that takes too long. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
  await exited;
  clearTimeout(kill);
}

/** As `ready`; else the gateway is killed, and what it said of its start is shown. */
export async function readyOrEnded(child: ChildProcess, url: string): Promise<void> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  try {
    await ready(child, url);
  } catch (error) {
    child.kill('SIGKILL');
    process.stderr.write(said);
    throw error;
  }
}

/** Polls until an address answers 200. */
export async function ready(child: ChildProcess, url: string): Promise<void> {
  const until = performance.now() + startMsMax;
  while (performance.now() < until && child.exitCode === null) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.text();
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw new Error('the gateway did not become ready');
}

export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function configArguments(file: string | undefined): readonly string[] {
  return file === undefined ? [] : ['--config', file];
}
