import { parseArgs } from 'node:util';
import { count } from './bench-options.js';
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
  },
});

const parts: Readonly<Record<string, () => Promise<void>>> = {
  generate: () => benchGenerate(count('generate', values.generate)),
  postgres: () => benchPostgres(count('postgres', values.postgres)),
  idle: () => benchIdle(count('idle', values.idle)),
};

/** Figures of rotation on this machine; nothing fails, so compare within one run. */
async function main(): Promise<void> {
  const { only } = values;
  if (only !== undefined && !Object.hasOwn(parts, only)) {
    throw new Error(`--only takes ${Object.keys(parts).join(', ')}`);
  }
  for (const [name, part] of Object.entries(parts)) if ((only ?? name) === name) await part();
}

await main();
