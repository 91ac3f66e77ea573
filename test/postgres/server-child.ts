import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { postgresFolder } from './postgres-binaries.js';

const READY_MS_MAX = 30_000;
const POLL_MS = 25;
const LOG_CHARACTERS_MAX = 4_000;

/** Small, and as safe as by default: fsync is what is tested. */
const defaults = {
  shared_buffers: '32MB',
  max_connections: '60',
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
  logging_collector: 'off',
  // In its folder, which goes with it: segments of a killed server would stay in memory.
  dynamic_shared_memory_type: 'mmap',
};

export interface ServerChild {
  readonly pid: number;
  isReady(answers: () => Promise<boolean>): Promise<boolean>;
  isPortTaken(): boolean;
  log(): string;
  /** Ends it by a signal, and waits until no process of the server is left. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Starts `postgres` on a data folder that is there. */
export function startServerProcess(parts: {
  dir: string;
  port: number;
  settings: Readonly<Record<string, string>>;
  identity: { uid?: number; gid?: number };
}): ServerChild {
  const settings = { ...defaults, port: String(parts.port), ...parts.settings };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(
    join(postgresFolder(), 'postgres'),
    ['-D', join(parts.dir, 'data'), ...options],
    // Ctrl-C in a terminal reaches the tests alone, which then end the server.
    {
      ...parts.identity,
      cwd: parts.dir,
      env: {},
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-LOG_CHARACTERS_MAX);
    });
  }
  // Each process of the server holds the end of a pipe, and ends when it misses the first one.
  const closed = once(child, 'close');
  const exited = once(child, 'exit').then(() => false);
  return {
    get pid() {
      if (child.pid === undefined) throw new Error('the PostgreSQL server has no process');
      return child.pid;
    },
    async isReady(answers) {
      const deadline = Date.now() + READY_MS_MAX;
      while (Date.now() < deadline && child.exitCode === null) {
        if (await Promise.race([answers(), exited])) return true;
        await sleep(POLL_MS);
      }
      return false;
    },
    isPortTaken: () => log.includes('Address already in use'),
    log: () => `the PostgreSQL server did not start; the end of its log:\n${log}`,
    async end(signal) {
      child.kill(signal);
      await closed;
    },
  };
}
