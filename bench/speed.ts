import { parseArgs } from 'node:util';
import { heading } from './audit-report.js';
import { count, partsToRun, saveOption } from './bench-options.js';
import { ClusterWorld } from './cluster-world.js';
import { conclude } from './conclude.js';
import { environmentOf } from './environment.js';
import { type Figures, floorsOf } from './floors.js';
import { growSecrets } from './growth-secrets.js';
import { growStreams } from './growth-streams.js';
import { thisMachine } from './machine.js';
import { namespace } from './real-cluster.js';
import { ratiosOf } from './speed-ratios.js';
import { subjectsTable } from './speed-report.js';
import { measureInTurns, type SubjectFigures } from './speed-rounds.js';
import { subjectsOf } from './speed-subjects.js';
import { namesCount, startSpeedWorld, valueBytes } from './speed-world.js';
import { withThrowawayDir } from './throwaway-dir.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    /** Of each subject in each round. */
    seconds: { type: 'string', default: '5' },
    /** `rows`: what is measured side by side; `growth`: the bounds that need many. */
    only: { type: 'string' },
    ...saveOption,
  },
});

const connections = 32;
const warmUpSeconds = 3;
const listed = 10_000;
const manySecrets = 50_000;
const manyStreams = 1_000;
const terms = {
  ...{ connections, warmUpSeconds },
  rounds: count('rounds', values.rounds),
  seconds: count('seconds', values.seconds),
};

/** Everything that reads must reach, in one run; fails where a bound or an answer was missed. */
async function main(): Promise<void> {
  const parts = partsToRun(['rows', 'growth'], values);
  await withThrowawayDir(async (dir) => {
    const environment = await environmentOf(dir);
    tellTerms({ ...thisMachine(), ...environment });
    const world = await ClusterWorld.start(dir);
    try {
      await world.cluster.fill({ namespace, prefix: 's', count: namesCount, valueBytes });
      const rows = parts.includes('rows') ? await measureRows(world) : undefined;
      const growth = parts.includes('growth') ? await measureGrowth(world) : undefined;
      conclude({
        ...{ bench: 'speed', terms, isSaved: values.save },
        figures: { ...rows?.ratios, ...growth?.figures },
        // The floors of growth that need few steps are those of bench:growth as well.
        floors: { ...(rows && floorsOf('speed')), ...(growth && floorsOf('growth')) },
        details: { environment, rows, growth },
      });
      const failed = rows?.subjects.filter(({ failures }) => failures.length > 0) ?? [];
      failed.forEach(({ title, failures }) => console.error(`${title}: ${failures.join('; ')}`));
      if (failed.length > 0) process.exitCode = 1;
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
  readonly ratios: Figures;
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
  return { secrets, streams, figures: { ...secrets.figures, ...streams.figures } };
}

await main();
