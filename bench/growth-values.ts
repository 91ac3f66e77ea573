import { heading } from './audit-report.js';
import type { ClusterWorld } from './cluster-world.js';
import {
  type GrowthLoad,
  type GrowthTerms,
  loadInTurns,
  readsOf,
  settledMb,
} from './growth-load.js';
import { table } from './table.js';

const namespace = 'bench-values';
const names = 20;

export interface ValuesStep extends GrowthLoad {
  readonly valueBytes: number;
  readonly memoryMb: number;
}

/** Cached reads of Secrets with larger and larger values, twenty of each size. */
export async function growValues(
  world: ClusterWorld,
  sizes: readonly number[],
  terms: GrowthTerms,
): Promise<readonly ValuesStep[]> {
  heading(`sizes of a value, ${names} Secrets of each`);
  await world.cluster.addNamespace(namespace);
  const gateway = await world.startGateway({ served: [namespace] });
  const done: ValuesStep[] = [];
  for (const valueBytes of sizes) {
    const prefix = `of-${valueBytes}-`;
    await world.cluster.fill({ namespace, prefix, count: names, valueBytes });
    const request = readsOf(world, gateway, { namespace, prefix, names });
    const [load] = await loadInTurns([{ gateway, request }], terms);
    if (load === undefined) throw new Error('nothing was measured');
    done.push({ valueBytes, ...load, memoryMb: await settledMb(gateway) });
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  await gateway.stop();
  console.log(tableOf(done));
  return done;
}

function tableOf(steps: readonly ValuesStep[]): string {
  return table([
    ['bytes', 'requests/s', 'MB/s', 'p50 ms', 'p99 ms', 'CPU µs', 'MB in memory'],
    ...steps.map((step) => [
      String(step.valueBytes),
      String(step.perSecond),
      String(step.mbPerSecond),
      step.p50Ms.toFixed(1),
      step.p99Ms.toFixed(1),
      String(step.cpuUs),
      String(step.memoryMb),
    ]),
  ]);
}
