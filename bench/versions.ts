import { parseArgs } from 'node:util';
import { count, saveOption } from './bench-options.js';
import { conclude } from './conclude.js';
import type { Figures } from './floors.js';
import { runParts } from './run-parts.js';
import { benchList } from './versions-list.js';
import { benchRewrap } from './versions-rewrap.js';
import { benchStart } from './versions-start.js';
import { benchWrites } from './versions-writes.js';

const { values } = parseArgs({
  options: {
    /** Writes with history, and as many without. */
    writes: { type: 'string', default: '1000' },
    /** That are put under another key. */
    versions: { type: 'string', default: '100000' },
    /** Of the Secret whose versions are listed. */
    listed: { type: 'string', default: '1000' },
    /** That a start finds in the cluster. */
    secrets: { type: 'string', default: '50000' },
    /** `writes`, `list`, `rewrap` or `start`. */
    only: { type: 'string' },
    ...saveOption,
  },
});

const terms = {
  writes: count('writes', values.writes),
  versions: count('versions', values.versions),
  listed: count('listed', values.listed),
  secrets: count('secrets', values.secrets),
};
const parts: Readonly<Record<string, () => Promise<Figures>>> = {
  writes: () => benchWrites(terms.writes),
  list: () => benchList(terms.listed),
  rewrap: () => benchRewrap(terms.versions),
  start: () => benchStart(terms.secrets),
};

/** Figures of history on this machine; fails where a bound is missed. */
async function main(): Promise<void> {
  const { only, save } = values;
  const figures = await runParts(parts, values);
  conclude({ bench: 'versions', figures, only, terms, isSaved: save });
}

await main();
