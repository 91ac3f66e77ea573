import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, chownSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { findFreePorts } from '../cluster/free-ports.js';
import { Watchdog } from '../cluster/watchdog.js';
import { postgresFolder } from './postgres-binaries.js';
import { processTree } from './process-tree.js';
import { startServerProcess, type ServerChild } from './server-child.js';

/** Debian's "nobody": the server refuses to be run by root. */
const NOBODY = 65_534;
const PORT_ATTEMPTS = 5;

export interface TestRole {
  readonly name: string;
  url(database: string): string;
}

/** A throwaway PostgreSQL server on loopback, in a folder that goes with it. */
export class PostgresServer {
  readonly #dir: string;
  readonly #port: number;
  readonly #password: string;
  readonly #watchdog: Watchdog;
  #child: ServerChild;

  private constructor(parts: {
    dir: string;
    port: number;
    password: string;
    watchdog: Watchdog;
    child: ServerChild;
  }) {
    this.#dir = parts.dir;
    this.#port = parts.port;
    this.#password = parts.password;
    this.#watchdog = parts.watchdog;
    this.#child = parts.child;
  }

  /** Starts one with these settings over its defaults; rejects with the end of its log. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-postgres-'));
    const watchdog = new Watchdog(dir);
    const password = randomBytes(12).toString('hex');
    try {
      await createCluster(dir, password);
      for (let attempt = 1; ; attempt += 1) {
        const [port = 0] = await findFreePorts(1);
        const child = startServerProcess({ dir, port, settings, identity: identity() });
        watchdog.guard([child.pid]);
        const server = new PostgresServer({ dir, port, password, watchdog, child });
        if (await child.isReady(() => server.#answers())) return server;
        if (attempt === PORT_ATTEMPTS || !child.isPortTaken()) throw new Error(child.log());
      }
    } catch (error) {
      await watchdog.release();
      throw error;
    }
  }

  /** Its first process, which all others are of. */
  get pid(): number {
    return this.#child.pid;
  }

  /** The address of a database, for its superuser or another role. */
  url(database = 'postgres', user = 'postgres', password = this.#password): string {
    return `postgres://${user}:${password}@127.0.0.1:${this.#port}/${database}`;
  }

  /** A database that nobody has used, or a copy; returns the address for its superuser. */
  async createDatabase(template = 'template1'): Promise<string> {
    const name = `sallyport_${randomUUID().replaceAll('-', '')}`;
    await this.run(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    return this.url(name);
  }

  /** Runs statements as the superuser; returns the rows of the last one. */
  async run(sql: string, url = this.url()): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      const result: pg.QueryResult | pg.QueryResult[] = await client.query(sql);
      return (Array.isArray(result) ? result.at(-1) : result)?.rows ?? [];
    } finally {
      await client.end();
    }
  }

  /** Changes a setting of the running server, and waits until sessions see it. */
  async set(name: string, value: string): Promise<void> {
    await this.run(`ALTER SYSTEM SET ${name} = '${value}'`);
    await this.run('SELECT pg_reload_conf()');
    const seen = async () => (await this.run(`SHOW ${name}`))[0]?.[name] === value;
    while (!(await seen())) await sleep(10);
  }

  /** A role that may log in; `url` turns the address of a database into one for it. */
  async createRole(name = `role_${randomUUID().replaceAll('-', '')}`): Promise<TestRole> {
    const password = randomBytes(12).toString('hex');
    const known = await this.run(`SELECT 1 FROM pg_roles WHERE rolname = '${name}'`);
    const verb = known.length === 0 ? 'CREATE' : 'ALTER';
    await this.run(`${verb} ROLE ${name} LOGIN PASSWORD '${password}'`);
    return { name, url: (of) => this.url(new URL(of).pathname.slice(1), name, password) };
  }

  /** Stops every process of the server where it is: it keeps its sockets, and answers nothing. */
  pause(): void {
    let known = 0;
    for (;;) {
      const processes = processTree(this.#child.pid);
      signalAll(processes, 'SIGSTOP');
      if (processes.length === known) return;
      known = processes.length;
    }
  }

  resume(): void {
    signalAll(processTree(this.#child.pid), 'SIGCONT');
  }

  /** Ends the server as a crash does, and starts it again with these settings. */
  crash(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    return this.#startAfter('SIGKILL', settings);
  }

  /** Restarts the server in its mode `fast`, which ends sessions with an error message. */
  restart(): Promise<void> {
    return this.#startAfter('SIGINT', {});
  }

  async #startAfter(
    signal: NodeJS.Signals,
    settings: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.#child.end(signal);
    const { dir, port } = { dir: this.#dir, port: this.#port };
    this.#child = startServerProcess({ dir, port, settings, identity: identity() });
    this.#watchdog.guard([this.#child.pid]);
    if (!(await this.#child.isReady(() => this.#answers()))) throw new Error(this.#child.log());
  }

  /** Ends it at once, and removes its folder. */
  async stop(): Promise<void> {
    this.resume();
    await this.#child.end('SIGKILL');
    await this.#watchdog.release();
  }

  async #answers(): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.url() });
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      return false;
    }
  }
}

function signalAll(processes: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of processes) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      // It has ended by itself.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

/** Nobody, where these tests are run by root; else whoever runs them. */
function identity(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

async function createCluster(dir: string, password: string): Promise<void> {
  const { uid, gid } = identity();
  const passwordFile = join(dir, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (uid !== undefined && gid !== undefined) {
    chownSync(dir, uid, gid);
    chownSync(passwordFile, uid, gid);
  }
  chmodSync(dir, 0o700);
  const options = ['--no-sync', '--encoding=UTF8', '--no-locale', '--username=postgres'];
  // Cheaper than SCRAM: a gateway opens ten connections.
  const access = ['--auth=md5', `--pwfile=${passwordFile}`];
  const data = ['-D', join(dir, 'data')];
  await promisify(execFile)(join(postgresFolder(), 'initdb'), [...options, ...access, ...data], {
    ...identity(),
    cwd: dir,
    env: {},
  });
}
