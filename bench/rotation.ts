import { parseArgs } from 'node:util';
import { count, saveOption } from './bench-options.js';
import { conclude } from './conclude.js';
import type { Figures } from './floors.js';
import { runParts } from './run-parts.js';
import { benchGenerate } from './rotation-generate.js';
import { benchIdle } from './rotation-idle.js';
import { benchPostgres } from './rotation-postgres.js';

const { values } = parseArgs({
  options: {
    /** Rotations that only generate, all due at once. */
    generate: { type: 'string', default: '1000' },
    /** Rotations of users of a PostgreSQL server. */
    postgres: { type: 'string', default: '100' },
    /** Policies of which none is due. */
    idle: { type: 'string', default: '10000' },
    /** `generate`, `postgres` or `idle`. */
    only: { type: 'string' },
    ...saveOption,
  },
});

const terms = {
  generate: count('generate', values.generate),
  postgres: count('postgres', values.postgres),
  idle: count('idle', values.idle),
};
const parts: Readonly<Record<string, () => Promise<Figures>>> = {
  generate: () => benchGenerate(terms.generate),
  postgres: () => benchPostgres(terms.postgres),
  idle: () => benchIdle(terms.idle),
};

/** Figures of rotation on this machine; fails where a bound is missed. */
async function main(): Promise<void> {
  const { only, save } = values;
  const figures = await runParts(parts, values);
  conclude({ bench: 'rotation', figures, only, terms, isSaved: save });
}

await main();
