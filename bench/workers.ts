import { parseArgs } from 'node:util';
import { heading } from './audit-report.js';
import { count } from './bench-options.js';
import type { ClusterGateway } from './cluster-gateway.js';
import { ClusterWorld } from './cluster-world.js';
import { comeToRest } from './come-to-rest.js';
import { environmentOf } from './environment.js';
import { thisMachine } from './machine.js';
import { percentile } from './percentile.js';
import { namespace } from './real-cluster.js';
import { readsThrough } from './speed-subjects.js';
import { namesCount, valueBytes } from './speed-world.js';
import { table } from './table.js';
import { withThrowawayDir } from './throwaway-dir.js';
import type { LoadFigures } from './wrk-output.js';
import { runWrk } from './wrk.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
  },
});

const connections = 32;
const warmUpSeconds = 5;
const setups = [0, 1, 2] as const;
const subjects = ['cached-get', 'cached-key', 'strong-get'];

interface Measured extends Pick<LoadFigures, 'perSecond'> {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUs: number;
}

type Figures = Map<string, Map<number, Measured[]>>;

/** What workers change about reads, and what they cost, on this machine. */
async function main(): Promise<void> {
  await withThrowawayDir(async (dir) => {
    heading('workers');
    console.log({ ...thisMachine(), ...(await environmentOf(dir)) });
    const world = await ClusterWorld.start(dir);
    try {
      await world.cluster.fill({ namespace, prefix: 's', count: namesCount, valueBytes });
      const figures: Figures = new Map();
      const memory: string[][] = [];
      // In turns, since a machine is not the same from one minute to the next.
      for (let round = 0; round < count('rounds', values.rounds); round += 1) {
        for (const workers of setups) {
          const gateway = await world.startGateway({ served: [namespace], workers });
          await measure(world, gateway, workers, figures);
          memory.push([String(workers), String(Math.round(gateway.figures.residentMib))]);
          await gateway.stop();
        }
      }
      tell(figures);
      console.log(`\n${table([['workers', 'memory, MiB'], ...memory])}`);
    } finally {
      await world.stop();
    }
  });
}

async function measure(
  world: ClusterWorld,
  gateway: ClusterGateway,
  workers: number,
  figures: Figures,
): Promise<void> {
  const seconds = count('seconds', values.seconds);
  for (const { id, title, request } of readsThrough(world, gateway)) {
    if (!subjects.includes(id)) continue;
    await runWrk(request, { connections, seconds: warmUpSeconds });
    await comeToRest(() => gateway.figures.cpuMs);
    const before = gateway.figures.cpuMs;
    const load = await runWrk(request, { connections, seconds });
    if (load.failures !== '') throw new Error(`${title} with ${workers}: ${load.failures}`);
    const cpuUs = ((gateway.figures.cpuMs - before) * 1_000) / load.requests;
    const ofSubject = figures.get(title) ?? new Map<number, Measured[]>();
    figures.set(title, ofSubject);
    const { perSecond, p50Ms, p99Ms } = load;
    ofSubject.set(workers, [...(ofSubject.get(workers) ?? []), { perSecond, p50Ms, p99Ms, cpuUs }]);
  }
}

/** Medians over the rounds. */
function tell(figures: Figures): void {
  const lines = [...figures].flatMap(([title, ofSubject]) =>
    [...ofSubject].map(([workers, measured]) => {
      const median = (of: (one: Measured) => number): number => percentile(measured.map(of), 50);
      return [
        `${title}, workers ${workers}`,
        Math.round(median((one) => one.perSecond)).toString(),
        median((one) => one.p50Ms).toFixed(1),
        median((one) => one.p99Ms).toFixed(1),
        Math.round(median((one) => one.cpuUs)).toString(),
      ];
    }),
  );
  console.log(`\n${table([['', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs'], ...lines])}`);
}

await main();
