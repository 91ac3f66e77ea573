import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { withBuildLock } from './build-lock.js';

const projectDir = join(import.meta.dirname, '..', '..');
// Beside what it builds, so that two checkouts do not wait for each other.
const lockFile = join(projectDir, 'node_modules', '.sallyport-build.lock');
const entryPoint = join(projectDir, 'dist', 'main.js');
// What says where the gateway listens and which cluster it uses stands in its file alone.
const variablesPassedOn = new Set(['SALLYPORT_LOG_LEVEL', 'SALLYPORT_OTLP_URL']);
const startTimeoutMs = 60_000;

/** Runs `nest build` where `dist` is missing or older than the sources. */
export async function buildIfNeeded(): Promise<void> {
  // Also to look: while another process builds, the entry point may be there and the rest not.
  await withBuildLock(lockFile, async () => {
    if (!(await isBuilt())) await build();
  });
}

async function isBuilt(): Promise<boolean> {
  return (await newestMs(join(projectDir, 'src'))) <= (await timeOf(entryPoint));
}

async function build(): Promise<void> {
  process.stderr.write('building the gateway\n');
  const nest = join(projectDir, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const child = spawn(process.execPath, [nest, 'build'], {
    cwd: projectDir,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error('the gateway does not build, see above');
}

/** The built gateway as a process of its own. */
export class DevGateway {
  readonly #child: ChildProcess;
  /** Resolves when the process is gone, with a sentence about how. */
  readonly ended: Promise<string>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.ended = once(child, 'close').then(
      ([code, signal]) => `the gateway ended with ${signal ?? `code ${code}`}`,
    );
  }

  /** Resolves once it listens; rejects with what it said if it ends instead. */
  static async start(configFile: string, logFile: string): Promise<DevGateway> {
    const child = spawn(process.execPath, [entryPoint, '--config', configFile], {
      env: gatewayEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const gateway = new DevGateway(child);
    child.stdout.pipe(createWriteStream(logFile, { mode: 0o600 }));
    const said: string[] = [];
    const isListening = new Promise<true>((resolve) => {
      createInterface(child.stderr).on('line', (line) => {
        said.push(line);
        if (line.startsWith('listening on ')) resolve(true);
      });
    });
    const timeout = AbortSignal.timeout(startTimeoutMs);
    const isLate = once(timeout, 'abort').then(() => 'the gateway does not listen in time');
    const outcome = await Promise.race([isListening, gateway.ended, isLate]);
    if (outcome === true) return gateway;
    await gateway.stop();
    throw new Error([outcome, ...said].join('\n'));
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.ended;
  }
}

function gatewayEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) =>
      name !== 'KUBECONFIG' && (!name.startsWith('SALLYPORT_') || variablesPassedOn.has(name)),
  );
  return Object.fromEntries(entries);
}

async function newestMs(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const times = await Promise.all(
    files.map(({ parentPath, name }) => timeOf(join(parentPath, name))),
  );
  return Math.max(...times);
}

/** The epoch where there is no such file. */
async function timeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
