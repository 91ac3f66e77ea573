import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureGets } from './get-load.js';
import { measureWatches } from './watch-load.js';
import { SandboxChild } from './sandbox-process.js';
import { measureStart } from './start-time.js';

const secretsCount = 10_000;
const valueBytes = 1_024;
const watchersCount = 1_000;
const rounds = 20;

/** Figures of the sandbox on this machine; nothing fails, so compare within one run. */
async function main(): Promise<void> {
  const starts = await measureStart(5);
  report('start, first (empty folder)', `${starts.firstMs} ms`, '≤ 2,000 ms');
  report('start, again (median of 5)', `${starts.againMs} ms`, '≤ 2,000 ms');
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const child = await SandboxChild.start(dir);
  try {
    await child.fill(secretsCount, valueBytes);
    const { bareMib, sandboxMib } = await child.memory();
    const added = (sandboxMib - bareMib).toFixed(0);
    const parts = `${bareMib.toFixed(0)} → ${sandboxMib.toFixed(0)} MiB`;
    report(`resident memory with ${secretsCount} Secrets`, `+${added} MiB (${parts})`, '≤ 100 MB');
    const gets = await measureGets(child.facts, secretsCount);
    const { perSecond, p50Ms, p99Ms } = gets;
    report(
      'gets, 32 connections',
      `${perSecond}/s (p50 ${p50Ms} ms, p99 ${p99Ms} ms)`,
      '≥ 2,000/s',
    );
    const watch = await measureWatches(child.facts, watchersCount, rounds);
    const latency = `p50 ${watch.p50Ms} ms, worst ${watch.worstMs} ms`;
    report(`watch, last of ${watchersCount} clients`, latency, '≤ 250 ms');
    const after = await child.memory();
    report('resident memory after all of it', `${after.sandboxMib.toFixed(0)} MiB`, '');
  } finally {
    await child.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

function report(what: string, figure: string, wanted: string): void {
  console.log(`${what.padEnd(44)} ${figure.padEnd(44)} ${wanted}`);
}

await main();
// Agents keep sockets for a while.
if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
process.exit(0);
