import { availableParallelism, loadavg } from 'node:os';
import { percentile } from './percentile.js';

/** One line of a table: what was measured, and the figure. */
export function report(what: string, figure: string): void {
  console.log(`${what.padEnd(44)} ${figure}`.trimEnd());
}

/** Begins a table; what else the machine does at the time explains many a figure. */
export function heading(title: string): void {
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  console.log(`\n${title} (load ${load} on ${availableParallelism()} cores)`);
}

/** Of latencies in milliseconds. */
export function p50AndP99(latencies: readonly number[]): string {
  return `p50 ${percentile(latencies, 50)}, p99 ${percentile(latencies, 99)} ms`;
}

/** So many in so many milliseconds. */
export function perSecond(count: number, ms: number): number {
  return Math.round((count * 1_000) / ms);
}

/** What one of so many took of the processors since, all threads of this process together. */
export function cpuOfEach(count: number, since: NodeJS.CpuUsage): string {
  const { user, system } = process.cpuUsage(since);
  return `${Math.round((user + system) / count)} µs`;
}
