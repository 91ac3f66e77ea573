import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';

// Each line names the processes to end; the end of the input, which the kernel brings about
// however the owner dies, is the time to end them. kube-apiserver outlives its parent otherwise.
const script = `
pids=
while read -r line; do pids=$line; done
[ -z "$pids" ] || kill -KILL $pids
for attempt in 1 2 3 4 5; do
  rm -rf "$1" && break
  sleep 0.2
done
`;

/** A process that, when this one is gone, ends what this one started and removes `dir`. */
export class Watchdog {
  readonly #shell: ChildProcessByStdio<Writable, null, null>;

  constructor(dir: string) {
    // Detached: Ctrl-C in a terminal goes to the whole process group, and this one must outlive it.
    this.#shell = spawn('/bin/sh', ['-c', script, 'watchdog', dir], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    // A watchdog that someone ended no longer protects, but the cluster itself is unharmed.
    this.#shell.on('error', () => undefined);
    this.#shell.stdin.on('error', () => undefined);
  }

  /** Replaces the list of processes to end. */
  guard(pids: readonly number[]): void {
    this.#shell.stdin.write(`${pids.join(' ')}\n`);
  }

  /** Ends the watchdog, which removes the folder and, of the processes, those still guarded. */
  async release(): Promise<void> {
    if (this.#shell.pid === undefined || hasEnded(this.#shell)) return;
    const closed = once(this.#shell, 'close');
    this.#shell.stdin.end();
    await closed;
  }
}

function hasEnded(child: { exitCode: number | null; signalCode: NodeJS.Signals | null }): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
