import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { heading } from './audit-report.js';
import { count } from './bench-options.js';
import { ClusterWorld } from './cluster-world.js';
import { environmentOf } from './environment.js';
import { type Floors, judge } from './floors.js';
import { growSecrets } from './growth-secrets.js';
import { growStreams } from './growth-streams.js';
import { namespace } from './real-cluster.js';
import { writeResults } from './results.js';
import { ratiosOf } from './speed-ratios.js';
import { subjectsTable, verdictsTable } from './speed-report.js';
import { measureInTurns, type SubjectFigures } from './speed-rounds.js';
import { subjectsOf } from './speed-subjects.js';
import { namesCount, startSpeedWorld, valueBytes } from './speed-world.js';
import { withThrowawayDir } from './throwaway-dir.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    /** Of each subject in each round. */
    seconds: { type: 'string', default: '5' },
    /** `rows`: what is measured side by side; `growth`: the floors that need many. */
    only: { type: 'string' },
  },
});

const connections = 32;
const warmUpSeconds = 3;
const listed = 10_000;
const manySecrets = 50_000;
const manyStreams = 1_000;
const floors = JSON.parse(readFileSync(new URL('floors.json', import.meta.url), 'utf8')) as Floors;
const terms = {
  ...{ connections, warmUpSeconds },
  rounds: count('rounds', values.rounds),
  seconds: count('seconds', values.seconds),
};

/** Everything that has a floor, in one run; fails where a floor or an answer was missed. */
async function main(): Promise<void> {
  const { only } = values;
  if (![undefined, 'rows', 'growth'].includes(only)) throw new Error('--only takes rows, growth');
  await withThrowawayDir(async (dir) => {
    const environment = await environmentOf(dir);
    tellTerms(environment);
    const world = await ClusterWorld.start(dir);
    try {
      await world.cluster.fill({ namespace, prefix: 's', count: namesCount, valueBytes });
      const rows = only === 'growth' ? undefined : await measureRows(world);
      const growth = only === 'rows' ? undefined : await measureGrowth(world);
      const verdicts = judge({ ...rows?.ratios, ...growth?.figures }, floors);
      heading('what must be reached');
      console.log(verdictsTable(verdicts));
      const path = writeResults('speed', { environment, terms, rows, growth, verdicts });
      console.log(`\nwritten to ${path}`);
      const failed = rows?.subjects.filter(({ failures }) => failures.length > 0) ?? [];
      failed.forEach(({ title, failures }) => console.error(`${title}: ${failures.join('; ')}`));
      const isMissed = verdicts.some(({ state }) => state === 'MISSED');
      if (isMissed || failed.length > 0) process.exitCode = 1;
    } finally {
      await world.stop();
    }
  });
}

function tellTerms(environment: object): void {
  for (const [name, value] of Object.entries(environment)) console.log(`${name}: ${value}`);
  console.log(
    `${connections} connections over TLS, ${terms.rounds} rounds of ${terms.seconds} s in turns, ` +
      'medians. Limits of requests: 1,000,000/s at the gateway, none at OpenBao. Audit: of the ' +
      'gateway on disk (fsync) before each answer, of OpenBao in a file, of the API server none.',
  );
}

interface Rows {
  readonly subjects: readonly SubjectFigures[];
  readonly ratios: Readonly<Record<string, number>>;
}

async function measureRows(world: ClusterWorld): Promise<Rows> {
  const speed = await startSpeedWorld(world, listed);
  heading('side by side');
  const subjects = await measureInTurns(speed, subjectsOf(speed), terms);
  console.log(subjectsTable(subjects));
  await speed.stop();
  return { subjects, ratios: ratiosOf(subjects) };
}

async function measureGrowth(world: ClusterWorld) {
  const secrets = await growSecrets(world, [namesCount, manySecrets], terms);
  const streams = await growStreams(world, [manyStreams]);
  const changeTo1000StreamsP99Ms = streams.at(-1)?.p99Ms ?? NaN;
  return { secrets, streams, figures: { ...secrets.floors, changeTo1000StreamsP99Ms } };
}

await main();
