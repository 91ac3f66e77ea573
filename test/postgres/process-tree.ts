import { readdirSync, readFileSync } from 'node:fs';

/** A process and those that it has started, itself first. PostgreSQL puts none into its group. */
export function processTree(pid: number): readonly number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => parentOf(other) === pid);
  return [pid, ...children.flatMap((child) => processTree(child))];
}

function parentOf(pid: number): number | undefined {
  try {
    // The name before may hold anything: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
