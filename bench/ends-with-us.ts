import type { ChildProcess } from 'node:child_process';

/** Has a process killed where this one exits before it has stopped it. */
export function endsWithUs(child: ChildProcess): void {
  const kill = (): void => void child.kill('SIGKILL');
  // Before the folder that it writes to is removed.
  process.prependOnceListener('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
}
