import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePorts } from '../cluster/free-ports.js';
import { ServerProcess, ServerStartError } from '../cluster/server-process.js';
import { Watchdog } from '../cluster/watchdog.js';
import { processTree } from '../postgres/process-tree.js';
import { isRunning } from './process-state.js';
import { ServerFolder } from './server-folder.js';
import type { TestServer, TestServerOptions } from './test-server.js';
import { inFolder, unprivileged } from './unprivileged.js';

const START_ATTEMPTS = 5;
const STOP_MS_MAX = 15_000;
const POLL_MS = 10;
const HOST = '127.0.0.1';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  readonly admin: TestServer['admin'];
}

/** What is particular to one kind of server. */
export interface ServerKind {
  readonly name: string;
  /** Where root runs the tests: nobody by default, as PostgreSQL and MariaDB refuse root. */
  readonly runsAs?: 'nobody' | 'tester';
  /** Files in its folder that it logs to, besides its standard output. */
  readonly logFiles: readonly string[];
  /** What ends it in order, however many are connected. */
  readonly stopSignal: NodeJS.Signals;
  /** Puts into the folder what the first start needs. */
  prepare(folder: ServerFolder): Promise<void>;
  command(folder: ServerFolder, port: number): readonly [string, ...string[]];
  /** Logs in as the admin, whomever the certificate names; rejects while that is impossible. */
  logIn(address: ServerAddress): Promise<void>;
}

/** Starts a server of a kind, on another port if its own was taken meanwhile. */
export async function startServer(
  kind: ServerKind,
  options: TestServerOptions,
): Promise<TestServer> {
  const folder = await ServerFolder.create(kind.name);
  const watchdog = new Watchdog(folder.dir);
  try {
    await folder.createCertificate(options.hosts);
    await kind.prepare(folder);
    for (let attempt = 1; ; attempt += 1) {
      const [port = 0] = await findFreePorts(1);
      const server = new ManagedServer({ kind, folder, watchdog, port });
      try {
        await server.start();
        return server;
      } catch (error) {
        await server.kill();
        if (attempt === START_ATTEMPTS || !isRaceLost(error)) throw error;
      }
    }
  } catch (error) {
    await watchdog.release();
    throw error;
  }
}

interface Parts {
  readonly kind: ServerKind;
  readonly folder: ServerFolder;
  readonly watchdog: Watchdog;
  readonly port: number;
}

class ManagedServer implements TestServer {
  readonly host = HOST;
  readonly #parts: Parts;
  #process: ServerProcess | undefined;
  #lastLog: string | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get port(): number {
    return this.#parts.port;
  }

  get ca(): string {
    return this.#parts.folder.ca;
  }

  get admin(): TestServer['admin'] {
    return this.#parts.folder.admin;
  }

  get dir(): string {
    return this.#parts.folder.dir;
  }

  get pid(): number {
    return this.#running().pid;
  }

  log(): string {
    return this.#lastLog ?? this.#readLog();
  }

  async start(): Promise<void> {
    const { kind, folder, port, watchdog } = this.#parts;
    if (this.#process?.isRunning === true) throw new Error(`${kind.name} runs already`);
    const server = await ServerProcess.start({
      name: kind.name,
      logFile: folder.at('server.log'),
      ...(kind.runsAs === 'tester' ? inFolder : unprivileged)(
        folder.dir,
        kind.command(folder, port),
      ),
    });
    this.#process = server;
    watchdog.guard([server.pid]);
    // Also when it ended by itself: its process id may soon be that of someone else.
    void server.closed.then(() => {
      if (this.#process === server) watchdog.guard([]);
    });
    await server.waitUntilReady(() => this.#answers());
  }

  async kill(): Promise<void> {
    if (this.#process?.isRunning !== true) return;
    // A stopped process starts no further ones that would be missed below.
    this.#process.signal('SIGSTOP');
    const processes = processTree(this.#process.pid);
    for (const pid of processes) signalIfThere(pid, 'SIGKILL');
    await this.#process.closed;
    await untilEnded(processes);
  }

  async stop(): Promise<void> {
    if (this.#process?.isRunning === true) await this.#end(this.#process);
    this.#lastLog ??= this.#readLog();
    await this.#parts.watchdog.release();
  }

  async #end(server: ServerProcess): Promise<void> {
    const processes = processTree(server.pid);
    // A test may have paused it.
    for (const pid of processes) signalIfThere(pid, 'SIGCONT');
    signalIfThere(server.pid, this.#parts.kind.stopSignal);
    const hasClosed = server.closed.then(() => true);
    const isInTime = await Promise.race([hasClosed, sleep(STOP_MS_MAX, false, { ref: false })]);
    if (!isInTime) await this.kill();
    await untilEnded(processes);
  }

  async #answers(): Promise<boolean> {
    try {
      await this.#parts.kind.logIn(this);
      return true;
    } catch {
      return false;
    }
  }

  #running(): ServerProcess {
    if (this.#process?.isRunning === true) return this.#process;
    throw new Error(`${this.#parts.kind.name} does not run`);
  }

  #readLog(): string {
    const { kind, folder } = this.#parts;
    return (
      ['server.log', ...kind.logFiles]
        .map((name) => folder.at(name))
        // It may have ended before it made them.
        .filter((path) => existsSync(path))
        .map((path) => readFileSync(path, 'utf8'))
        .join('')
    );
  }
}

function isRaceLost(error: unknown): boolean {
  return error instanceof ServerStartError && /address already in use/i.test(error.logTail);
}

async function untilEnded(processes: readonly number[]): Promise<void> {
  while (processes.some(isRunning)) await sleep(POLL_MS);
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
