import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 5;
const PATIENCE_MS = 20_000;
const LET_GO_MS = 2_000;

/** System calls of one kind that fail with EIO. */
export interface Fault {
  /** Names between commas; a question mark before one that not every architecture has. */
  readonly calls: string;
  /** Which of them, counted in each thread since the fault began: `3`, or `3+` for all since. */
  readonly when: string;
}

/** strace, which lets system calls of a running process on some files fail. */
export class SyscallFaults {
  readonly #strace: ChildProcess;
  readonly #dir: string;
  readonly #ended: Promise<unknown>;
  #errors = '';
  #notFound = false;

  private constructor(args: readonly string[], dir: string) {
    this.#dir = dir;
    this.#strace = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#strace.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.#strace.on('error', () => (this.#notFound = true));
    this.#ended = Promise.race([once(this.#strace, 'close'), once(this.#strace, 'error')]).catch(
      () => undefined,
    );
  }

  /**
   * Begins with faults in the calls of a process, where they concern one of the files or folders,
   * or in any where none is named. Rejects where strace is missing or may not do that.
   */
  static async begin(
    pid: number,
    faults: readonly Fault[],
    paths: readonly string[],
  ): Promise<SyscallFaults> {
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-strace-'));
    const calls = faults.map((fault) => fault.calls).join(',');
    const all = new SyscallFaults(
      [
        ...['-f', '-p', String(pid), '-o', join(dir, 'calls'), '-e', 'signal=none', '-Z'],
        ...['-e', `trace=${calls}`],
        ...faults.flatMap((one) => ['-e', `inject=${one.calls}:error=EIO:when=${one.when}`]),
        ...paths.flatMap((path) => ['-P', existsSync(path) ? realpathSync(path) : path]),
      ],
      dir,
    );
    await all.#attached();
    return all;
  }

  /** Calls that failed so far, as strace shows them. */
  injected(): readonly string[] {
    const file = join(this.#dir, 'calls');
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes('(INJECTED)'));
  }

  /** From here on all calls do what they did before. */
  async end(): Promise<void> {
    this.#strace.kill('SIGTERM');
    // It may wait for a thread that ended with its process; killed, it lets go all the same.
    const kill = setTimeout(() => this.#strace.kill('SIGKILL'), LET_GO_MS);
    await this.#ended;
    clearTimeout(kill);
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async #attached(): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!this.#errors.includes('attached')) {
      if (!this.#notFound && this.#strace.exitCode === null && Date.now() < deadline) {
        await delay(POLL_MS);
        continue;
      }
      await this.end();
      throw new Error(
        this.#notFound
          ? 'strace is missing: install the Debian package "strace"'
          : `strace may not trace here (it needs ptrace, which containers allow by ` +
              `--cap-add=SYS_PTRACE): ${this.#errors.trim()}`,
      );
    }
  }
}
