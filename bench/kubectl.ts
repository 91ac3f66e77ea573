import { parseArgs } from 'node:util';
import { count, partsToRun, saveOption } from './bench-options.js';
import { conclude } from './conclude.js';
import { type Figures, merged } from './floors.js';
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
    ...saveOption,
  },
});

const terms = {
  rounds: count('rounds', values.rounds),
  seconds: count('seconds', values.seconds),
  watches: count('watches', values.watches),
};
const parts: Readonly<Record<string, (world: KubectlWorld) => Promise<Figures>>> = {
  gets: (world) => benchGets(world, terms.rounds, terms.seconds),
  watches: (world) => benchWatches(world, terms.watches),
};

/** Figures of the façade before a real API server; fails where a bound is missed. */
async function main(): Promise<void> {
  const { only, save } = values;
  const names = partsToRun(Object.keys(parts), values);
  const all: Figures[] = [];
  await withThrowawayDir(async (dir) => {
    const world = await KubectlWorld.start(dir);
    try {
      for (const [name, part] of Object.entries(parts)) {
        if (names.includes(name)) all.push(await part(world));
      }
    } finally {
      await world.stop();
    }
  });
  conclude({ bench: 'kubectl', figures: merged(all), only, terms, isSaved: save });
}

await main();
