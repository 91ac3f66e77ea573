import { parseArgs } from 'node:util';
import { count, saveOption } from './bench-options.js';
import { conclude } from './conclude.js';
import type { Figures } from './floors.js';
import { runParts } from './run-parts.js';
import { benchKinds } from './schemas-kinds.js';
import { benchSchemaMemory } from './schemas-memory.js';
import { benchWebhook } from './schemas-webhook.js';
import { benchSchemaWrites } from './schemas-writes.js';

const { values } = parseArgs({
  options: {
    /** Writes with a schema, and as many without. */
    writes: { type: 'string', default: '1000' },
    /** Schemas that are loaded. */
    schemas: { type: 'string', default: '1000' },
    /** Time for which each kind is sent changed values. */
    seconds: { type: 'string', default: '60' },
    /** `writes`, `webhook`, `memory` or `kinds`. */
    only: { type: 'string' },
    ...saveOption,
  },
});

const terms = {
  writes: count('writes', values.writes),
  schemas: count('schemas', values.schemas),
  seconds: count('seconds', values.seconds),
};
const parts: Readonly<Record<string, () => Promise<Figures>>> = {
  writes: () => benchSchemaWrites(terms.writes),
  webhook: () => benchWebhook(terms.writes),
  memory: async () => benchSchemaMemory(terms.schemas),
  kinds: () => benchKinds(terms.seconds),
};

/** Figures of schemas on this machine; fails where a bound is missed. */
async function main(): Promise<void> {
  const { only, save } = values;
  const figures = await runParts(parts, values);
  conclude({ bench: 'schemas', figures, only, terms, isSaved: save });
}

await main();
