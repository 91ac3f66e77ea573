import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LogKeyFile } from '../src/audit/log/log-key-file.js';
import { PostgresServer } from '../test/postgres/postgres-server.js';
import { heading } from './audit-report.js';
import type { ClusterGateway } from './cluster-gateway.js';
import { ClusterWorld } from './cluster-world.js';
import { bounded, type Figures } from './floors.js';
import { LockWaits } from './lock-waits.js';
import { lookAtTree } from './process-figures.js';
import { namespace } from './real-cluster.js';
import { middleRun, replicaCounts, type ReplicasTerms, sum } from './replicas-terms.js';
import { readsThrough } from './speed-subjects.js';
import { namesCount, valueBytes } from './speed-world.js';
import { table } from './table.js';
import { withThrowawayDir } from './throwaway-dir.js';
import { runWrk } from './wrk.js';

const warmUpSeconds = 3;
/** Gateways that are measured with a SQLite file instead. */
const onFile = 0;

interface Run {
  /** Gateways with one PostgreSQL database; 0: one gateway with a SQLite file. */
  readonly replicas: number;
  readonly perSecond: number;
  /** Of gateways and database together. */
  readonly perProcessorSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly lockWaits: number;
  /** Events in the queue when the load ended. */
  readonly behind: number;
  readonly failures: string;
}

/** Audited reads of cached Secrets over HTTP, by several gateways with one database. */
export async function benchReads(terms: ReplicasTerms): Promise<Figures> {
  const runs: Run[] = [];
  await withThrowawayDir(async (dir) => {
    const world = await ClusterWorld.start(dir);
    try {
      await world.cluster.fill({ namespace, prefix: 's', count: namesCount, valueBytes });
      const server = await PostgresServer.start({ fsync: 'on' });
      world.defer(() => server.stop());
      for (let round = 0; round < terms.rounds; round += 1) {
        for (const many of [onFile, ...replicaCounts]) {
          runs.push(await runOf(world, server, many, terms));
        }
      }
    } finally {
      await world.stop();
    }
  });
  const all = [onFile, ...replicaCounts].map((many) => middleRun(runs, many));
  const [file, one, , three, six] = all;
  if (!file || !one || !three || !six) throw new Error('no runs');
  heading('audited reads');
  console.log(tableOf(all));
  return bounded('replicas', {
    readsPostgresToSqlite: one.perSecond / file.perSecond,
    readsThreeToOne: three.perSecond / one.perSecond,
    readsThreeToOneOfProcessor: three.perProcessorSecond / one.perProcessorSecond,
    readsSixToOneOfProcessor: six.perProcessorSecond / one.perProcessorSecond,
  });
}

function tableOf(runs: readonly Run[]): string {
  return table([
    [
      'gateways',
      'reads/s',
      'reads/s of processor',
      'p50 ms',
      'p99 ms',
      'lock waits',
      'behind at the end',
      'failures',
    ],
    ...runs.map((run) => [
      run.replicas === onFile ? '1, SQLite' : String(run.replicas),
      run.perSecond.toFixed(0),
      run.perProcessorSecond.toFixed(0),
      run.p50Ms.toFixed(1),
      run.p99Ms.toFixed(1),
      `${(run.lockWaits * 100).toFixed(1)} %`,
      String(run.behind),
      run.failures,
    ]),
  ]);
}

async function runOf(
  world: ClusterWorld,
  server: PostgresServer,
  many: number,
  { callers, seconds }: ReplicasTerms,
): Promise<Run> {
  const url = await server.createDatabase();
  const settings = many === onFile ? {} : sharedSettings(world, url);
  const gateways: ClusterGateway[] = [];
  // The first one creates the tables.
  for (let started = 0; started < Math.max(1, many); started += 1) {
    gateways.push(await world.startGateway({ served: [namespace], settings }));
  }
  const load = (forSeconds: number) =>
    Promise.all(
      gateways.map((gateway) => {
        const [subject] = readsThrough(world, gateway);
        if (subject === undefined) throw new Error('no read is measured');
        return runWrk(subject.request, { connections: callers, seconds: forSeconds });
      }),
    );
  const cpuMs = () =>
    sum([server.pid, ...gateways.map(({ pid }) => pid)].map((pid) => lookAtTree(pid).cpuMs));
  try {
    await load(warmUpSeconds);
    const locks = await LockWaits.start(url);
    const before = cpuMs();
    const figures = await load(seconds);
    const usedMs = cpuMs() - before;
    const lockWaits = await locks.stop();
    const waiting = gateways.map((gateway) => gateway.metric('sallyport_audit_unsequenced_events'));
    return {
      replicas: many,
      perSecond: sum(figures.map(({ perSecond }) => perSecond)),
      perProcessorSecond: sum(figures.map(({ requests }) => requests)) / (usedMs / 1_000),
      p50Ms: sum(figures.map(({ p50Ms }) => p50Ms)) / figures.length,
      p99Ms: Math.max(...figures.map(({ p99Ms }) => p99Ms)),
      lockWaits,
      behind: Math.max(...(await Promise.all(waiting))),
      failures: figures.flatMap((one) => (one.failures === '' ? [] : one.failures)).join(', '),
    };
  } finally {
    for (const gateway of gateways) await gateway.stop();
  }
}

/** Database, signing key and data key of all gateways of a run. */
function sharedSettings(world: ClusterWorld, url: string): object {
  const dir = world.newFolder(new URL(url).pathname.slice(1));
  const keyFile = join(dir, 'log.key');
  new LogKeyFile({ path: keyFile }).create();
  const file = join(dir, 'history.key');
  writeFileSync(file, randomBytes(32), { mode: 0o600 });
  const encryption = { keys: [{ id: 'shared', source: { file } }] };
  return { storage: { url }, audit: { keyFile }, encryption };
}
