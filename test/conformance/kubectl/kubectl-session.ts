import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { TestCluster } from '../../cluster/test-cluster.js';
import { KubectlWatch } from './kubectl-watch.js';
import { runShell, type Outcome, type ShellSettings } from './shell.js';
import { TextNormaliser } from './text-normaliser.js';

/** A command and all that it said, without what varies. */
export interface Turn {
  readonly command: string;
  readonly output: string;
  readonly errorOutput: string;
  readonly exitCode: number | null;
}

/** A Kubernetes API, and how kubectl reaches it. */
export type KubectlServer = Pick<
  TestCluster,
  'url' | 'dir' | 'kubectlPath' | 'adminKubeconfigFile' | 'request' | 'kubeconfigFor'
>;

const repository = join(import.meta.dirname, '..', '..', '..');
const patienceMs = 10_000;
const pollMs = 100;

/** Runs shell commands with kubectl against one server, in a folder and a namespace of its own. */
export class KubectlSession {
  readonly turns: Turn[] = [];
  /** Commands that did not end as the scenario says. */
  readonly failures: string[] = [];
  readonly #server: KubectlServer;
  readonly #namespace: string;
  readonly #dir: string;
  readonly #normaliser: TextNormaliser;
  readonly #watches: KubectlWatch[] = [];

  constructor(server: KubectlServer, namespace: string) {
    this.#server = server;
    this.#namespace = namespace;
    this.#dir = join(server.dir, 'transcripts', namespace);
    this.#normaliser = new TextNormaliser({
      [this.#dir]: '<dir>',
      [server.url]: '<server>',
      [new URL(server.url).host]: '<server address>',
    });
  }

  /** Makes the folder, the namespace and a kubeconfig whose default that namespace is. */
  async open(): Promise<void> {
    await mkdir(this.#dir, { recursive: true });
    const metadata = { name: this.#namespace };
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata };
    await this.#server.request('POST', '/api/v1/namespaces', body);
    await this.prepare(
      `cp ${this.#server.adminKubeconfigFile} kubeconfig && ` +
        `kubectl config set-context --current --namespace=${this.#namespace}`,
    );
  }

  /** Files that the commands may name. */
  async files(contents: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, content] of Object.entries(contents)) {
      const path = join(this.#dir, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    }
  }

  /** A kubeconfig of the bearer of a token. */
  async tokenKubeconfig(name: string, token: string): Promise<void> {
    const path = await this.#server.kubeconfigFor({ token, name: `${this.#namespace}-${name}` });
    await this.prepare(`mv ${path} ${name}.kubeconfig`);
  }

  /**
   * A template tag. Runs one command for each line and writes down how it went. A line that begins
   * with `!` must fail; every other one must not.
   */
  async script({ raw }: TemplateStringsArray): Promise<void> {
    const lines = raw
      .join('')
      .replaceAll(/\\\n */g, '')
      .split('\n');
    for (const line of lines.map((each) => each.trim())) {
      if (line !== '') await this.run(line);
    }
  }

  /** One line of a script. */
  async run(line: string): Promise<void> {
    const command = line.replace(/^! */, '');
    const outcome = await runShell(command, this.#settings());
    if ((outcome.exitCode === 0) === line.startsWith('!')) {
      this.failures.push(`${command}: exit code ${outcome.exitCode} ${outcome.errorOutput}`);
    }
    this.#write(command, outcome);
  }

  /** Runs a command that is no part of the transcript. */
  async prepare(command: string): Promise<void> {
    const { exitCode, errorOutput } = await runShell(command, this.#settings());
    if (exitCode !== 0) this.failures.push(`${command}: ${errorOutput}`);
  }

  /** Waits, unwritten, until a command succeeds: for what a server does by itself. */
  async until(command: string): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while ((await runShell(command, this.#settings())).exitCode !== 0) {
      if (Date.now() > deadline) throw new Error(`waited in vain: ${command}`);
      await sleep(pollMs);
    }
  }

  /** Starts a command that goes on until it is told to end, or has seen what it waits for. */
  async watch(command: string): Promise<KubectlWatch> {
    const watch = new KubectlWatch(command, this.#settings());
    this.#watches.push(watch);
    await watch.opened();
    return watch;
  }

  /** Writes down what a watch has said once it has said `lines` lines, and ends it. */
  async seen(watch: KubectlWatch, lines: number): Promise<void> {
    this.#write(watch.command, await watch.take(lines));
  }

  /** Writes down how a command ended that ends by itself. */
  async ended(watch: KubectlWatch): Promise<void> {
    this.#write(watch.command, await watch.end());
  }

  close(): void {
    for (const watch of this.#watches) watch.close();
  }

  #settings(): ShellSettings {
    return {
      cwd: this.#dir,
      env: {
        PATH: `${dirname(this.#server.kubectlPath)}:/usr/bin:/bin`,
        HOME: this.#server.dir,
        KUBECONFIG: join(this.#dir, 'kubeconfig'),
        TMPDIR: this.#dir,
        REPOSITORY: repository,
        // kubectl has ended before it would have to collect garbage.
        GOGC: 'off',
      },
    };
  }

  #write(command: string, { output, errorOutput, exitCode }: Outcome): void {
    this.turns.push({
      command,
      output: this.#normaliser.text(output),
      errorOutput: this.#normaliser.text(errorOutput),
      exitCode,
    });
  }
}
