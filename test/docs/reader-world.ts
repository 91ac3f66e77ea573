import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureBinaries } from '../cluster/binaries.js';
import { findFreePorts } from '../cluster/free-ports.js';
import { ensureKubeseal } from '../kubeseal/kubeseal.js';
import { ensureOpenBao } from '../services/openbao-program.js';
import { type BuiltGateway, buildGateway } from '../support/child-gateway.js';
import {
  type Ports,
  StartedSandbox,
  cleanEnvironment,
  freePorts,
  portVariables,
  withDocumentedPorts,
  withPortsOf,
} from '../support/started-sandbox.js';
import {
  cloudCaSecret,
  type ReaderCloud,
  startReaderCloud,
  type TokenKeys,
} from './reader-cloud.js';
import { ReaderOtherSandbox } from './reader-other-sandbox.js';
import { endLeftPrograms, readerVariable, writePrograms } from './reader-programs.js';
import { ReaderServer } from './reader-server.js';

export const projectDir = join(import.meta.dirname, '..', '..');
const commandTimeoutMs = 60_000;
const serveTimeoutMs = 60_000;

export interface CommandResult {
  readonly code: number;
  readonly output: string;
  readonly errorText: string;
}

interface ReaderWorldParts {
  readonly dir: string;
  readonly built: BuiltGateway;
  readonly ports: Ports;
  readonly sandbox: StartedSandbox;
  readonly openbao: ReaderServer;
  readonly webhookStore: ReaderServer;
  readonly other: ReaderOtherSandbox;
}

/** Where the reader of a page is: a folder that looks like a checkout, with `npm start` running. */
export class ReaderWorld {
  /** All that the start printed, with the documented ports. */
  readonly printed: string;
  #parts: ReaderWorldParts;
  #cloud: ReaderCloud | undefined;

  private constructor(parts: ReaderWorldParts) {
    this.#parts = parts;
    this.printed = withDocumentedPorts(parts.sandbox.printed, parts.ports);
  }

  static async start(): Promise<ReaderWorld> {
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-docs-'));
    symlinkSync(join(projectDir, 'deploy'), join(dir, 'deploy'));
    symlinkSync((await ensureBinaries()).kubectl, join(dir, 'kubectl'));
    symlinkSync(await ensureKubeseal(), join(dir, 'kubeseal'));
    const built = await buildGateway();
    writePrograms(dir, projectDir, built);
    const ports = await freePorts();
    const sandbox = await StartedSandbox.start({ main: built.main, cwd: dir, ports });
    const [openbaoPort = 0, webhookPort = 0] = await findFreePorts(2);
    const openbao = new ReaderServer({
      ...{ documentedPort: 8_200, port: openbaoPort, startedLine: 'Root Token:' },
      argument: `-dev-listen-address=127.0.0.1:${openbaoPort}`,
    });
    const webhookStore = new ReaderServer({
      ...{ documentedPort: 8_460, port: webhookPort, startedLine: 'listening on port ' },
    });
    const other = await ReaderOtherSandbox.withFreePorts();
    const servers = { openbao, webhookStore, other };
    const world = new ReaderWorld({ dir, built, ports, sandbox, ...servers });
    await world.#untilHistoryIsKept();
    return world;
  }

  /** Runs a block of commands as its reader would, in `sh`, against the ports of this run. */
  async run(commands: string): Promise<CommandResult> {
    const { dir, ports } = this.#parts;
    const { promise, resolve } = Promise.withResolvers<CommandResult>();
    const started = execFile(
      'sh',
      ['-e', '-c', this.#withPorts(commands)],
      {
        cwd: dir,
        env: {
          ...this.#environment(),
          ...{ KUBECONFIG: join(dir, '.sallyport/sandbox.kubeconfig'), [readerVariable]: dir },
        },
        timeout: commandTimeoutMs,
      },
      (error, output, errorText) => {
        const code = error === null ? 0 : Number(error.code ?? 1);
        resolve({ code, output: withDocumentedPorts(output, ports), errorText });
      },
    );
    started.stdin?.end();
    return promise;
  }

  /** Address of the gateway. */
  get url(): string {
    return withPortsOf(this.#parts.ports, 'http://127.0.0.1:8420');
  }

  /** Path of a file of the reader. */
  path(name: string): string {
    return join(this.#parts.dir, name);
  }

  /** Writes a file as its reader would, with the ports of this run. */
  write(name: string, text: string): void {
    const ours = this.#withPorts(text);
    writeFileSync(this.path(name), this.#cloud?.withAddresses(ours) ?? ours);
  }

  /** Stops what `npm start` runs, and starts it again with these arguments. */
  async restart(args: readonly string[]): Promise<void> {
    const { dir, built, ports, sandbox } = this.#parts;
    await sandbox.stop('SIGINT');
    const restarted = await StartedSandbox.start({ main: built.main, cwd: dir, ports, args });
    this.#parts = { ...this.#parts, sandbox: restarted };
    await this.#untilHistoryIsKept();
    if (this.#cloud !== undefined) await this.#putCloudCa();
  }

  /** Starts what stands for the cloud of a page, if the page has one, and stops the former one. */
  async startCloudOf(page: string): Promise<void> {
    await this.#cloud?.stop();
    const caFile = this.path('cloud-ca.pem');
    this.#cloud = await startReaderCloud(page, { caFile, tokenKeys: () => this.#tokenKeys() });
    if (this.#cloud === undefined) return;
    const { ca, packages } = this.#cloud;
    writeFileSync(caFile, ca);
    if (packages === undefined) return;
    const command = `PYTHONPATH=${packages} exec python3 ${join(packages, 'bin', 'aws')} "$@"`;
    writeFileSync(this.path('aws'), `#!/bin/sh\n${command}\n`, { mode: 0o755 });
  }

  /** Runs the command that starts OpenBao, until it has started. */
  async startOpenBao(command: string): Promise<void> {
    const { dir, openbao } = this.#parts;
    const program = this.path('bao');
    if (!existsSync(program)) symlinkSync(await ensureOpenBao(), program);
    await openbao.start(command, { cwd: dir, env: this.#environment() });
  }

  /** Runs the command that starts a second sandbox; false for any other command. */
  async startOtherSandbox(command: string): Promise<boolean> {
    const { dir, built, other } = this.#parts;
    if (!other.isStartedBy(command)) return false;
    await other.start(command, { main: built.main, cwd: dir });
    return true;
  }

  /** Runs the command that starts the example of a webhook store, until it has started. */
  async startWebhookStore(command: string): Promise<void> {
    const { dir, webhookStore } = this.#parts;
    await webhookStore.start(command, { cwd: dir, env: this.#environment() });
  }

  /** Runs one that serves in front of a cluster until it listens; resolves with what it said. */
  async serve(command: string): Promise<string> {
    const { dir, built } = this.#parts;
    const ports = await freePorts();
    const start = `exec ${process.execPath} ${built.main}`;
    const line = command.replace('npm start', start).replace(/^(.*?)exec /, 'exec env $1');
    const child = spawn('sh', ['-c', line], {
      cwd: dir,
      env: { ...this.#environment(), ...portVariables(ports, ['main', 'health']) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), serveTimeoutMs);
    const lines: string[] = [];
    for await (const text of createInterface({ input: child.stderr })) {
      lines.push(text);
      if (text.startsWith('listening on ')) child.kill('SIGTERM');
    }
    if (child.exitCode === null) await once(child, 'close');
    clearTimeout(timer);
    return withDocumentedPorts(lines.join('\n'), ports);
  }

  /** A reader is not as quick as to write before the gateway has begun to follow the cluster. */
  async #untilHistoryIsKept(): Promise<void> {
    const url = 'http://127.0.0.1:8420/v1/namespaces/default/secrets/first';
    const curl = `curl -fsS -H @.sallyport/headers/admin ${url}`;
    const made = await this.run(`${curl} -X PUT --json '{"data": {}}' -o first.json`);
    if (made.code !== 0) throw new Error(made.errorText);
    const wait = `until ${curl}/metadata | jq -e .version; do sleep 0.1; done; ${curl} -X DELETE`;
    const kept = await this.run(wait);
    if (kept.code !== 0) throw new Error(`no history: ${kept.errorText}`);
  }

  async #putCloudCa(): Promise<void> {
    const { namespace, name } = cloudCaSecret;
    const made = await this.run(
      `kubectl create namespace ${namespace} --dry-run=client -o yaml | kubectl apply -f -
      kubectl -n ${namespace} create secret generic ${name} --from-file=ca.crt=cloud-ca.pem \\
        --dry-run=client -o yaml | kubectl apply -f -`,
    );
    if (made.code !== 0) throw new Error(made.errorText);
  }

  async #tokenKeys(): Promise<TokenKeys> {
    const asked = await this.run(
      `kubectl get --raw /openid/v1/jwks > cloud-keys.json
      kubectl get --raw /.well-known/openid-configuration > cloud-issuer.json`,
    );
    if (asked.code !== 0) throw new Error(asked.errorText);
    const read = (name: string): unknown => JSON.parse(readFileSync(this.path(name), 'utf8'));
    const { issuer } = read('cloud-issuer.json') as { readonly issuer: string };
    return { issuer, keys: read('cloud-keys.json') as TokenKeys['keys'] };
  }

  async stop(): Promise<void> {
    const { dir, built, sandbox, openbao, webhookStore, other } = this.#parts;
    await Promise.all([
      ...[sandbox.stop('SIGINT'), openbao.stop(), webhookStore.stop(), other.stop()],
      this.#cloud?.stop(),
    ]);
    const left = await endLeftPrograms(dir);
    built.remove();
    rmSync(dir, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`pages have left programs running: ${left.join('; ')}`);
  }

  #withPorts(text: string): string {
    const { dir, ports, openbao, webhookStore, other } = this.#parts;
    const ours = text.replaceAll(' ~/', ` ${dir}/home/`);
    return other.withPorts(webhookStore.withPort(openbao.withPort(withPortsOf(ports, ours))));
  }

  #environment(): NodeJS.ProcessEnv {
    const bin = join(projectDir, 'node_modules', '.bin');
    const home = join(this.#parts.dir, 'home', '.local', 'bin');
    const path = [this.#parts.dir, home, bin, process.env['PATH'] ?? ''].join(delimiter);
    // The command line writes to the folder of the user's configuration.
    const XDG_CONFIG_HOME = join(this.#parts.dir, 'config');
    return { ...cleanEnvironment(), ...this.#cloud?.environment, XDG_CONFIG_HOME, PATH: path };
  }
}
