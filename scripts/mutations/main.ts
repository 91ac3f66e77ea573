// Changes one operator or condition of `src` at a time, and looks which tests notice:
//   node --import ./test/ts-hooks.mjs scripts/mutations/main.ts --seed 1 --count 20
// With --list it says which, with --from N it begins at the N-th.
// Each change is looked for in the types, then in the unit tests that import the file, then in the
// other tests of its area. Run it in a checkout of its own: files are changed while it runs.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Mutation, mutated, mutationsOf } from './mutations-of.js';
import { pick } from './pick.js';

const GENERATED = ['packages/kube-sandbox/src/data/**', 'src/**/*.generated.ts'];
const RUN_MS_MAX = 20 * 60_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    list: { type: 'boolean', default: false },
  },
});

const all = globSync('{src,packages/kube-sandbox/src}/**/*.ts', { exclude: GENERATED })
  .toSorted()
  .flatMap((path) => mutationsOf(path, readFileSync(path, 'utf8')));
const chosen = pick(all, Number(values.count), Number(values.seed));

/** Where the tests of a file are, beside those of its unit. */
function areaOf(path: string): readonly string[] {
  const [, feature = ''] = path.split('/');
  return ['integration', 'e2e']
    .map((kind) => join('test', kind, feature))
    .filter((folder) => globSync(`${folder}/**/*.spec.ts`).length > 0);
}

/** What notices a change, in this order. */
function steps({ path }: Mutation): readonly (readonly [string, readonly string[]])[] {
  const area = areaOf(path);
  const others = ['vitest', 'run', '--bail=1', ...area];
  return [
    ['types', ['tsc', '--noEmit']],
    ['unit tests', ['vitest', 'related', '--run', '--bail=1', '--project', 'unit', path]],
    ...(area.length > 0 ? ([[area.join(', '), others]] as const) : []),
  ];
}

function noticedBy(mutation: Mutation): string {
  const text = readFileSync(mutation.path, 'utf8');
  writeFileSync(mutation.path, mutated(text, mutation));
  try {
    for (const [name, command] of steps(mutation)) {
      const options = { stdio: 'ignore', timeout: RUN_MS_MAX } as const;
      if (spawnSync('npx', ['--no', ...command], options).status !== 0) return name;
    }
    return 'NOBODY';
  } finally {
    writeFileSync(mutation.path, text);
  }
}

let noticed = 0;
let tried = 0;
for (const [index, mutation] of chosen.entries()) {
  if (index + 1 < Number(values.from)) continue;
  const { path, line, before, after } = mutation;
  const change = `${path}:${line}: \`${before}\` → \`${after}\``.replaceAll(/\s+/g, ' ');
  tried += 1;
  const by = values.list ? '' : noticedBy(mutation);
  if (by !== 'NOBODY') noticed += 1;
  console.log(`${index + 1}. ${change}${by === '' ? '' : ` — ${by}`}`);
}
if (!values.list) console.log(`${noticed} of ${tried} were noticed`);
