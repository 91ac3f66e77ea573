import { parseArgs } from 'node:util';
import { count } from './bench-options.js';
import { benchGets } from './kubectl-gets.js';
import { benchWatches } from './kubectl-watches.js';
import { KubectlWorld } from './kubectl-world.js';
import { withThrowawayDir } from './throwaway-dir.js';

const { values } = parseArgs({
  options: {
    /** Rounds of gets, at each of the two servers. */
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    /** Watches that are open at a time. */
    watches: { type: 'string', default: '450' },
    /** `gets` or `watches`. */
    only: { type: 'string' },
  },
});

const parts: Readonly<Record<string, (world: KubectlWorld) => Promise<void>>> = {
  gets: (world) =>
    benchGets(world, count('rounds', values.rounds), count('seconds', values.seconds)),
  watches: (world) => benchWatches(world, count('watches', values.watches)),
};

/** Figures of the façade before a real API server on this machine; compare within one run. */
async function main(): Promise<void> {
  const { only } = values;
  if (only !== undefined && !Object.hasOwn(parts, only)) {
    throw new Error(`--only takes ${Object.keys(parts).join(', ')}`);
  }
  await withThrowawayDir(async (dir) => {
    const world = await KubectlWorld.start(dir);
    try {
      for (const [name, part] of Object.entries(parts)) {
        if ((only ?? name) === name) await part(world);
      }
    } finally {
      await world.stop();
    }
  });
}

await main();
