import { parseArgs } from 'node:util';
import { count } from './bench-options.js';
import { ClusterWorld } from './cluster-world.js';
import { environmentOf } from './environment.js';
import { growBindings } from './growth-bindings.js';
import { growSecrets } from './growth-secrets.js';
import { growStreams } from './growth-streams.js';
import { growValues } from './growth-values.js';
import { namespace } from './real-cluster.js';
import { writeResults } from './results.js';
import { namesCount, valueBytes } from './speed-world.js';
import { withThrowawayDir } from './throwaway-dir.js';

const { values } = parseArgs({
  options: {
    /** Of each load. */
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    /** `secrets`, `bindings`, `streams` or `values`. */
    only: { type: 'string' },
  },
});

const terms = { rounds: count('rounds', values.rounds), seconds: count('seconds', values.seconds) };
const parts: Readonly<Record<string, (world: ClusterWorld) => Promise<object>>> = {
  secrets: (world) => growSecrets(world, [100, 1_000, 10_000, 50_000], terms),
  bindings: (world) => growBindings(world, [1, 100, 1_000, 10_000], terms),
  streams: (world) => growStreams(world, [1, 100, 1_000]),
  values: (world) => growValues(world, [100, 10 * 2 ** 10, 100 * 2 ** 10, 2 ** 20], terms),
};

/** How time and memory grow with the work, on this machine; nothing fails for being slow. */
async function main(): Promise<void> {
  const { only } = values;
  if (only !== undefined && !Object.hasOwn(parts, only)) {
    throw new Error(`--only takes ${Object.keys(parts).join(', ')}`);
  }
  await withThrowawayDir(async (dir) => {
    const environment = await environmentOf(dir);
    const world = await ClusterWorld.start(dir);
    const results: Record<string, object> = { environment };
    try {
      await world.cluster.fill({ namespace, prefix: 's', count: namesCount, valueBytes });
      for (const [name, part] of Object.entries(parts)) {
        if ((only ?? name) === name) results[name] = await part(world);
      }
    } finally {
      await world.stop();
    }
    console.log(`\nwritten to ${writeResults('growth', results)}`);
  });
}

await main();
