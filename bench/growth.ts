import { parseArgs } from 'node:util';
import { count, partsToRun, saveOption } from './bench-options.js';
import { ClusterWorld } from './cluster-world.js';
import { conclude } from './conclude.js';
import { environmentOf } from './environment.js';
import { type Figures, merged } from './floors.js';
import { growBindings } from './growth-bindings.js';
import { growSecrets } from './growth-secrets.js';
import { growStreams } from './growth-streams.js';
import { growValues } from './growth-values.js';
import { namespace } from './real-cluster.js';
import { namesCount, valueBytes } from './speed-world.js';
import { withThrowawayDir } from './throwaway-dir.js';

const { values } = parseArgs({
  options: {
    /** Of each load. */
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    /** `secrets`, `bindings`, `streams` or `values`. */
    only: { type: 'string' },
    ...saveOption,
  },
});

const sizes = [100, 10 * 2 ** 10, 100 * 2 ** 10, 2 ** 20];
const terms = { rounds: count('rounds', values.rounds), seconds: count('seconds', values.seconds) };

interface Growth {
  readonly steps: object;
  readonly figures?: Figures;
}

const parts: Readonly<Record<string, (world: ClusterWorld) => Promise<Growth>>> = {
  secrets: (world) => growSecrets(world, [100, 1_000, 10_000, 50_000], terms),
  bindings: async (world) => ({ steps: await growBindings(world, [1, 100, 1_000, 10_000], terms) }),
  streams: (world) => growStreams(world, [1, 100, 1_000]),
  values: async (world) => ({ steps: await growValues(world, sizes, terms) }),
};

/** How time and memory grow with the work, on this machine; fails where a bound is missed. */
async function main(): Promise<void> {
  const { only, save } = values;
  const names = partsToRun(Object.keys(parts), values);
  await withThrowawayDir(async (dir) => {
    const environment = await environmentOf(dir);
    const world = await ClusterWorld.start(dir);
    const grown: Record<string, Growth> = {};
    try {
      await world.cluster.fill({ namespace, prefix: 's', count: namesCount, valueBytes });
      for (const [name, part] of Object.entries(parts)) {
        if (names.includes(name)) grown[name] = await part(world);
      }
    } finally {
      await world.stop();
    }
    const figures = merged(Object.values(grown).map((part) => part.figures ?? {}));
    const details = { environment, ...grown };
    conclude({ bench: 'growth', figures, only, terms, details, isSaved: save });
  });
}

await main();
