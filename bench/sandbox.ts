import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { heading, report } from './audit-report.js';
import { saveOption } from './bench-options.js';
import { conclude } from './conclude.js';
import { bounded, type Figures } from './floors.js';
import { measureGets } from './get-load.js';
import { mbOfMib } from './process-figures.js';
import { SandboxChild } from './sandbox-process.js';
import { measureStart } from './start-time.js';
import { withThrowawayDir } from './throwaway-dir.js';
import { measureWatches } from './watch-load.js';

const { values } = parseArgs({ options: saveOption });

const terms = { starts: 5, secrets: 10_000, valueBytes: 1_024, watches: 1_000, rounds: 20 };

/** Figures of the sandbox on this machine; fails where a bound is missed. */
async function main(): Promise<void> {
  heading('sandbox');
  const { firstMs, againMs } = await measureStart(terms.starts);
  report('start, first (empty folder)', `${firstMs} ms`);
  report(`start, again (median of ${terms.starts})`, `${againMs} ms`);
  const starts = bounded('sandbox', { firstStartMs: firstMs, laterStartMs: againMs });
  const loads = await withThrowawayDir(async (dir) => {
    const child = await SandboxChild.start(dir);
    return measureLoads(child).finally(() => child.stop());
  });
  conclude({ bench: 'sandbox', figures: { ...starts, ...loads }, terms, isSaved: values.save });
}

async function measureLoads(child: SandboxChild): Promise<Figures> {
  await child.fill(terms.secrets, terms.valueBytes);
  const { bareMib, sandboxMib } = await child.memory();
  const addedMib = sandboxMib - bareMib;
  const parts = `${bareMib.toFixed(0)} → ${sandboxMib.toFixed(0)} MiB`;
  report(`resident memory with ${terms.secrets} Secrets`, `+${addedMib.toFixed(0)} MiB (${parts})`);
  const gets = await measureGets(child.facts, terms.secrets);
  const { perSecond, p50Ms, p99Ms } = gets;
  report('gets, 32 connections', `${perSecond}/s (p50 ${p50Ms} ms, p99 ${p99Ms} ms)`);
  const watch = await measureWatches(child.facts, terms.watches, terms.rounds);
  const latency = `p50 ${watch.p50Ms} ms, worst ${watch.worstMs} ms`;
  report(`watch, last of ${terms.watches} clients`, latency);
  const after = await child.memory();
  report('resident memory after all of it', `${after.sandboxMib.toFixed(0)} MiB`);
  return bounded('sandbox', {
    memoryMb: addedMib * mbOfMib,
    getsPerSecond: perSecond,
    watchWorstMs: watch.worstMs,
  });
}

await main();
// Agents keep sockets for a while.
if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
process.exit();
