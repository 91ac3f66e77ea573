import { parseArgs } from 'node:util';
import { count, saveOption } from './bench-options.js';
import { ClusterWorld } from './cluster-world.js';
import { conclude } from './conclude.js';
import { namespace } from './real-cluster.js';
import { benchSharing } from './sharing-reads.js';
import { addConsumer, consumerNamespace, shareOne } from './sharing-world.js';
import { withThrowawayDir } from './throwaway-dir.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    /** Seconds of each read in each round. */
    seconds: { type: 'string', default: '4' },
    ...saveOption,
  },
});

const valueBytes = 1_024;
const terms = {
  ...{ connections: 32, warmUpSeconds: 3 },
  rounds: count('rounds', values.rounds),
  seconds: count('seconds', values.seconds),
};

/** Compares a read through an import with a read of the same Secret; fails below its floor. */
async function main(): Promise<void> {
  await withThrowawayDir(async (dir) => {
    const world = await ClusterWorld.start(dir);
    try {
      await world.cluster.fill({ namespace, prefix: 's', count: 1, valueBytes });
      await addConsumer(world.cluster);
      const gateway = await world.startGateway({ served: [namespace, consumerNamespace] });
      const reads = await shareOne(world, gateway);
      const { figures, rounds } = await benchSharing(gateway, reads, terms);
      conclude({ bench: 'sharing', figures, terms, details: { rounds }, isSaved: values.save });
    } finally {
      await world.stop();
    }
  });
}

await main();
