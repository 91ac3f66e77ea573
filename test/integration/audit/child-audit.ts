import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ChildOrder, ChildReport } from './audit-child.js';

/** Drives an audit-child.ts process. */
export class ChildAudit {
  readonly #process: ChildProcess;
  readonly #reports: ChildReport[] = [];

  constructor(dataDir: string, uid?: number) {
    const script = fileURLToPath(new URL('./audit-child.ts', import.meta.url));
    this.#process = fork(script, [dataDir], {
      execArgv: ['--import', fileURLToPath(new URL('../../ts-hooks.mjs', import.meta.url))],
      ...(uid !== undefined && { uid, gid: uid }),
    });
    this.#process.on('message', (report: ChildReport) => this.#reports.push(report));
  }

  /** The next report that was not yet taken. */
  async next(): Promise<ChildReport> {
    for (;;) {
      const report = this.#reports.shift();
      if (report !== undefined) return report;
      if (this.#process.exitCode !== null) throw new Error('the child ended');
      await Promise.race([once(this.#process, 'message'), once(this.#process, 'exit')]);
    }
  }

  async ask(order: ChildOrder): Promise<ChildReport> {
    this.tell(order);
    return this.next();
  }

  tell(order: ChildOrder): void {
    this.#process.send(order);
  }

  /** kill -9; returns what it had reported and nobody took. */
  async kill(): Promise<readonly ChildReport[]> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const closed = once(this.#process, 'close');
      this.#process.kill('SIGKILL');
      await closed;
    }
    return this.#reports.splice(0);
  }
}
