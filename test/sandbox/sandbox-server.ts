import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ServerProcess } from '../cluster/server-process.js';
import type { Watchdog } from '../cluster/watchdog.js';

/** What the sandbox process prints when it is ready. */
export interface SandboxAccess {
  readonly url: string;
  readonly caCertificate: string;
  readonly adminCertificate: string;
  readonly adminKey: string;
}

export interface SandboxServerSettings {
  readonly dir: string;
  readonly dataDir: string;
  readonly watchdog: Watchdog;
}

const projectDir = join(import.meta.dirname, '..', '..');
const entry = join(import.meta.dirname, 'sandbox-process.ts');
const hooks = join(projectDir, 'test', 'ts-hooks.mjs');
const bundles = process.env['SALLYPORT_TEST_THREADS'];
/** In one file where `vitest.config.ts` has put it in one. */
const program =
  bundles === undefined
    ? ['--import', hooks, entry]
    : [join(bundles, 'test', 'sandbox', 'sandbox-process.js')];

/** One sandbox as a child process, known to the watchdog for as long as it runs. */
export class SandboxServer {
  readonly #settings: SandboxServerSettings;
  #process: ServerProcess | undefined;
  #logFile = '';
  #starts = 0;

  constructor(settings: SandboxServerSettings) {
    this.#settings = settings;
  }

  /** Starts the process on a port, 0 for any, and resolves with how to reach it. */
  async start(port: number): Promise<SandboxAccess> {
    if (this.#process?.isRunning === true) throw new Error('the sandbox runs already');
    const { dir, dataDir, watchdog } = this.#settings;
    this.#starts += 1;
    // A log of its own for each start: the line of the last start must not look like this one's.
    const logFile = join(dir, `sandbox-${this.#starts}.log`);
    this.#logFile = logFile;
    const started = await ServerProcess.start({
      name: 'sandbox',
      binary: process.execPath,
      serverArguments: [...program, dataDir, String(port)],
      logFile,
    });
    this.#process = started;
    watchdog.guard([started.pid]);
    void started.closed.then(() => {
      if (this.#process === started) watchdog.guard([]);
    });
    await started.waitUntilReady(async () => (await accessesIn(logFile)).length > 0);
    const [access] = await accessesIn(logFile);
    if (access === undefined) throw new Error('the sandbox did not say where it is');
    return access;
  }

  /** Takes away all that it holds; keys, address and process stay. */
  async beginAgain(): Promise<void> {
    if (this.#process === undefined) throw new Error('the sandbox was not started');
    const { length } = await accessesIn(this.#logFile);
    this.#process.signal('SIGUSR2');
    await this.#process.waitUntilReady(
      async () => (await accessesIn(this.#logFile)).length > length,
    );
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#process === undefined) throw new Error('the sandbox was not started');
    this.#process.signal(signal);
  }

  /** Ends it without warning, as a crash does. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }
}

/** What it has said whenever it was ready, in order. */
async function accessesIn(logFile: string): Promise<readonly SandboxAccess[]> {
  const lines = (await readFile(logFile, 'utf8')).split('\n').slice(0, -1);
  return lines
    .filter((text) => text.startsWith('{"url":'))
    .map((line) => JSON.parse(line) as SandboxAccess);
}
