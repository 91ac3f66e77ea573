import { parseArgs } from 'node:util';
import { count } from './bench-options.js';
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
  },
});

const parts: Readonly<Record<string, () => Promise<void>>> = {
  writes: () => benchWrites(count('writes', values.writes)),
  list: () => benchList(count('listed', values.listed)),
  rewrap: () => benchRewrap(count('versions', values.versions)),
  start: () => benchStart(count('secrets', values.secrets)),
};

/** Figures of history on this machine; nothing fails, so compare within one run. */
async function main(): Promise<void> {
  const { only } = values;
  if (only !== undefined && !Object.hasOwn(parts, only)) {
    throw new Error(`--only takes ${Object.keys(parts).join(', ')}`);
  }
  for (const [name, part] of Object.entries(parts)) if ((only ?? name) === name) await part();
}

await main();
