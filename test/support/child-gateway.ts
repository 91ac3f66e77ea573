import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { compiledGateway } from './compiled-gateway.js';

const startTimeoutMs = 60_000;

/** The gateway as it is shipped: compiled, in a folder that is removed with `remove`. */
export interface BuiltGateway {
  readonly main: string;
  remove(): void;
}

/** What `npm start` runs, made of `src`, in a folder of its own. */
export async function buildGateway(): Promise<BuiltGateway> {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-build-'));
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
  for (const name of ['assets', 'deploy']) symlinkSync(resolve(name), join(dir, name));
  linkPackages(join(dir, 'node_modules'));
  const compiled = await compiledGateway();
  const sandbox = join(dir, 'node_modules', '@sallyport', 'kube-sandbox');
  await cp(join(compiled, 'kube-sandbox'), join(sandbox, 'dist'), { recursive: true });
  for (const name of ['package.json', 'README.md', 'bin']) {
    cpSync(resolve('packages/kube-sandbox', name), join(sandbox, name), { recursive: true });
  }
  await cp(join(compiled, 'gateway'), join(dir, 'dist'), { recursive: true });
  return {
    main: join(dir, 'dist', 'main.js'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Makes the packages that `npm ci` has installed, except those of this repository. */
function linkPackages(folder: string): void {
  mkdirSync(folder);
  for (const name of readdirSync('node_modules')) {
    if (name !== '@sallyport') symlinkSync(resolve('node_modules', name), join(folder, name));
  }
}

/** How it is started where that is not as usual. */
export interface Launch {
  readonly environment?: Readonly<Record<string, string>>;
  /** A command that runs the one that follows it, in surroundings of its making. */
  readonly within?: readonly string[];
}

/** A gateway in a process of its own, which a test may kill. */
export class ChildGateway {
  readonly url: string;
  readonly healthUrl: string;
  readonly #process: ChildProcess;

  private constructor(
    { url, healthUrl }: Pick<ChildGateway, 'url' | 'healthUrl'>,
    child: ChildProcess,
  ) {
    this.url = url;
    this.healthUrl = healthUrl;
    this.#process = child;
  }

  /** Starts with this configuration; rejects, with what it said, if it does not listen. */
  static async start(
    main: string,
    config: object,
    dataDir: string,
    { environment = {}, within = [] }: Launch = {},
  ): Promise<ChildGateway> {
    const file = join(dataDir, '..', 'sallyport.yaml');
    writeFileSync(file, stringify(config));
    const [program, ...args] = [...within, process.execPath, main, '--config', file];
    const child = spawn(program, args, {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const said: string[] = [];
    const timer = setTimeout(() => child.kill('SIGKILL'), startTimeoutMs);
    // Asked for as a pipe, so it is there.
    const lines = createInterface({ input: child.stderr as NonNullable<typeof child.stderr> });
    try {
      for await (const line of lines) {
        said.push(line);
        const healthUrl = /^health on (\S+)$/.exec(line)?.[1];
        if (healthUrl === undefined) continue;
        const [url = ''] = said.flatMap(
          (text) => /^listening on (http:\S+)$/.exec(text)?.[1] ?? [],
        );
        return new ChildGateway({ url, healthUrl }, child);
      }
    } finally {
      clearTimeout(timer);
    }
    throw new Error(`the gateway did not start: ${said.join('\n')}`);
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** `kill -9`, at once. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** Waits until the process is gone. */
  async ended(): Promise<void> {
    if (this.isRunning) await once(this.#process, 'exit');
  }

  /** Asks it to stop, and resolves with its exit code. */
  async stop(): Promise<number | null> {
    if (this.isRunning) {
      this.#process.kill('SIGTERM');
      await this.ended();
    }
    return this.#process.exitCode;
  }
}
