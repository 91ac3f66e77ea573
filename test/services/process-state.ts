import { readFileSync } from 'node:fs';

/** Whether a process runs; one that has ended and waits to be collected by its parent does not. */
export function isRunning(pid: number): boolean {
  try {
    // The name before may hold anything: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}
