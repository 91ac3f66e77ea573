import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { TlsWorld } from '../test/support/tls-files.js';
import { heading, report } from './audit-report.js';
import { count, saveOption } from './bench-options.js';
import { ClusterGateway } from './cluster-gateway.js';
import { conclude } from './conclude.js';
import { CopyArrivals } from './copies-arrivals.js';
import { CopiesWorld, settlingMs } from './copies-world.js';
import { bounded } from './floors.js';
import { percentile } from './percentile.js';
import { withThrowawayDir } from './throwaway-dir.js';

const { values } = parseArgs({
  options: {
    namespaces: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '5' },
    /** Seconds in which nothing changes. */
    idle: { type: 'string', default: '60' },
    ...saveOption,
  },
});
const terms = {
  namespaces: count('namespaces', values.namespaces),
  rounds: count('rounds', values.rounds),
  idleSeconds: count('idle', values.idle),
};
/** After the last status is written. */
const restMs = 15_000;

/** Measures copies of one key in many namespaces: how soon they follow, and what they cost idle. */
async function main(): Promise<void> {
  await withThrowawayDir(async (dir) => {
    await using stack = new AsyncDisposableStack();
    const world = await CopiesWorld.start();
    stack.defer(() => world.stop());
    const tls = await TlsWorld.create();
    stack.defer(() => tls.remove());
    await pause(settlingMs);
    const gateway = await ClusterGateway.start(world, {
      dir,
      tls,
      served: ['*'],
      scope: 'cluster',
    });
    stack.defer(() => gateway.stop());
    const arrivals = await CopyArrivals.open(world.admin);
    stack.defer(() => arrivals.close());
    const figures = await measure({ world, gateway, arrivals });
    conclude({ bench: 'copies', figures, terms, isSaved: values.save });
  });
}

interface Parts {
  readonly world: CopiesWorld;
  readonly gateway: ClusterGateway;
  readonly arrivals: CopyArrivals;
}

async function measure({ world, gateway, arrivals }: Parts) {
  const { namespaces, rounds, idleSeconds } = terms;
  const names = Array.from({ length: namespaces }, (_, index) => `consumer-${index}`);
  heading(`copies of one key in ${namespaces} namespaces`);
  await world.offer(names);
  const first = arrivals.value(namespaces, 'first');
  const sinceMs = performance.now();
  await world.import(names);
  await first;
  report('first copies', `${((performance.now() - sinceMs) / 1_000).toFixed(1)} s`);
  const changes: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await pause(restMs);
    const value = `value-${round}`;
    const arrived = arrivals.value(namespaces, value);
    const changedMs = performance.now();
    await world.change(value);
    const times = (await arrived).map((atMs) => atMs - changedMs);
    changes.push(...times);
    report(`change ${round + 1}`, `p50 ${percentile(times, 50)}, p99 ${percentile(times, 99)} ms`);
  }
  await pause(restMs);
  const before = gateway.figures.cpuMs;
  await pause(idleSeconds * 1_000);
  const idlePercent = (gateway.figures.cpuMs - before) / (idleSeconds * 10);
  report('processor while nothing changes', `${idlePercent.toFixed(2)} %`);
  const gone = arrivals.gone(namespaces);
  const endedMs = performance.now();
  await world.endAll(namespaces);
  const ends = (await gone).map((atMs) => atMs - endedMs);
  report('end of all shares', `p50 ${percentile(ends, 50)}, p99 ${percentile(ends, 99)} ms`);
  const changeP99Ms = percentile(changes, 99);
  return bounded('copies', { changeP99Ms, idlePercent });
}

await main();
