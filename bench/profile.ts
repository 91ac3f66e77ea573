import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { heading } from './audit-report.js';
import { BundledSources } from './bundled-sources.js';
import { count } from './bench-options.js';
import type { ClusterGateway } from './cluster-gateway.js';
import { ClusterWorld } from './cluster-world.js';
import { comeToRest } from './come-to-rest.js';
import { byPlace, type CpuProfile, selfTimes } from './cpu-profile.js';
import { namespace } from './real-cluster.js';
import { addConsumer, consumerNamespace, shareOne } from './sharing-world.js';
import { readsThrough, type Subject, writes } from './speed-subjects.js';
import { namesCount, valueBytes } from './speed-world.js';
import { table } from './table.js';
import { withThrowawayDir } from './throwaway-dir.js';
import { runWrk } from './wrk.js';

const { values } = parseArgs({
  options: {
    /** Id in the results of `npm run bench` of a read, or `gateway-patch`; or `imported-key`. */
    subject: { type: 'string', default: 'cached-get' },
    seconds: { type: 'string', default: '20' },
    /** Lines of each table. */
    lines: { type: 'string', default: '40' },
  },
});

const connections = 32;
const warmUpSeconds = 5;
const busyShareMin = 0.01;
const sources = new BundledSources();

interface Load {
  readonly requests: number;
  readonly fromUs: number;
  readonly untilUs: number;
}

/** Where the time of each thread of the gateway goes under a load. */
async function main(): Promise<void> {
  await withThrowawayDir(async (dir) => {
    const world = await ClusterWorld.start(dir);
    try {
      for (const prefix of ['s', 'p']) {
        await world.cluster.fill({ namespace, prefix, count: namesCount, valueBytes });
      }
      const profiles = world.newFolder('profiles');
      const load = await profiled(world, profiles);
      for (const file of readdirSync(profiles)) {
        const profile = JSON.parse(readFileSync(join(profiles, file), 'utf8')) as CpuProfile;
        tell(file, profile, load);
      }
    } finally {
      await world.stop();
    }
  });
}

async function profiled(world: ClusterWorld, profiles: string): Promise<Load> {
  const nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
  await addConsumer(world.cluster);
  const served = [namespace, consumerNamespace];
  const gateway = await world.startGateway({ served, nodeOptions });
  try {
    const all = [
      ...readsThrough(world, gateway),
      ...writes(world, gateway),
      await importedKey(world, gateway),
    ];
    const subjects = all.filter(({ servers: [first] }) => first === 'gateway');
    const subject = subjects.find(({ id }) => id === values.subject);
    if (subject === undefined) {
      throw new Error(`--subject takes ${subjects.map(({ id }) => id).join(', ')}`);
    }
    await runWrk(subject.request, { connections, seconds: warmUpSeconds });
    await comeToRest(() => gateway.figures.cpuMs);
    // The clock that profiles go by is that of all processes.
    const fromUs = nowUs();
    const seconds = count('seconds', values.seconds);
    const { requests, perSecond, failures } = await runWrk(subject.request, {
      ...{ connections, seconds },
    });
    console.log(`${subject.title}: ${Math.round(perSecond)}/s while profiled ${failures}`);
    return { requests, fromUs, untilUs: nowUs() };
  } finally {
    // It writes its profiles as it ends.
    await gateway.stop();
  }
}

async function importedKey(world: ClusterWorld, gateway: ClusterGateway): Promise<Subject> {
  const { live } = await shareOne(world, gateway);
  return {
    ...{ id: 'imported-key', title: 'Sallyport, one imported key, audited twice' },
    ...{ request: live, ca: world.tls.ca, servers: ['gateway'] },
  };
}

function tell(file: string, profile: CpuProfile, { requests, fromUs, untilUs }: Load): void {
  const times = selfTimes(profile, fromUs, untilUs, (frame) => sources.of(frame));
  const busyUs = times.reduce((sum, { us }) => sum + us, 0);
  if (busyUs < (untilUs - fromUs) * busyShareMin) return;
  const thread = /^CPU\.\d+\.\d+\.\d+\.(\d+)\./.exec(file)?.[1] ?? file;
  const busy = Math.round((100 * busyUs) / (untilUs - fromUs));
  heading(`thread ${thread}, busy ${busy} % of the time`);
  const lines = count('lines', values.lines);
  const row = (what: string, us: number): string[] => {
    return [what, `${((100 * us) / busyUs).toFixed(1)} %`, (us / requests).toFixed(1)];
  };
  console.log(
    table([
      ['package or file', 'of it', 'µs of each'],
      ...byPlace(times)
        .slice(0, lines)
        .map(({ place, us }) => row(place, us)),
      ['all', '100.0 %', (busyUs / requests).toFixed(1)],
    ]),
  );
  console.log(
    `\n${table([
      ['function', 'of it', 'µs of each'],
      ...times
        .slice(0, lines)
        .map(({ place, functionName, us }) => row(`${functionName}  ${place}`, us)),
    ])}`,
  );
}

function nowUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

await main();
