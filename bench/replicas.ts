import { parseArgs } from 'node:util';
import { count, saveOption } from './bench-options.js';
import { conclude } from './conclude.js';
import { benchAppends } from './replicas-appends.js';
import { benchReads } from './replicas-reads.js';
import { runParts } from './run-parts.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
    /** Callers at once, of each process or gateway. */
    callers: { type: 'string', default: '32' },
    /** `appends` or `reads`. */
    only: { type: 'string' },
    ...saveOption,
  },
});

/** Appends and audited reads of several processes with one PostgreSQL database. */
async function main(): Promise<void> {
  const terms = {
    seconds: count('seconds', values.seconds),
    rounds: count('rounds', values.rounds),
    callers: count('callers', values.callers),
  };
  const parts = { appends: () => benchAppends(terms), reads: () => benchReads(terms) };
  const { only, save } = values;
  const figures = await runParts(parts, { only, save });
  conclude({ bench: 'replicas', figures, only, terms, isSaved: save });
}

await main();
