import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PostgresDatabase } from '../src/platform/storage/postgres/postgres-database.js';
import { PostgresServer } from '../test/postgres/postgres-server.js';
import { heading } from './audit-report.js';
import { CommitProbe } from './commit-probe.js';
import { bounded, type Figures } from './floors.js';
import { LockWaits } from './lock-waits.js';
import { middleRun, replicaCounts, type ReplicasTerms, sum } from './replicas-terms.js';
import { table } from './table.js';

const child = fileURLToPath(new URL('replicas-child.ts', import.meta.url));
const hooks = fileURLToPath(new URL('../test/ts-hooks.mjs', import.meta.url));

interface ChildFigures {
  readonly events: number;
  readonly refused: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUs: number;
  /** Events of all processes without a leaf index. */
  readonly behind: number;
}

interface Run {
  readonly replicas: number;
  readonly perSecond: number;
  /** Of the appending processes, not of the server. */
  readonly perProcessorSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the server's commits of another session meanwhile. */
  readonly commitP99Ms: number;
  readonly refused: number;
  /** Part of the looks at a session with work that found it waiting for a lock. */
  readonly lockWaits: number;
  /** Events that had no leaf index when the load ended. */
  readonly behind: number;
}

/** Events that several processes append to one log: at full load of this machine, and each. */
export async function benchAppends(terms: ReplicasTerms): Promise<Figures> {
  const server = await PostgresServer.start({ fsync: 'on' });
  const runs: Run[] = [];
  try {
    for (let round = 0; round < terms.rounds; round += 1) {
      for (const many of replicaCounts) runs.push(await runOf(server, many, terms));
    }
  } finally {
    await server.stop();
  }
  const [one, two, three, six] = replicaCounts.map((many) => middleRun(runs, many));
  if (!one || !two || !three || !six) throw new Error('no runs');
  heading('appends');
  console.log(tableOf([one, two, three, six]));
  return bounded('replicas', {
    threeToOne: three.perSecond / one.perSecond,
    sixToOneOfProcessor: six.perProcessorSecond / one.perProcessorSecond,
    lockWaitsOfSix: six.lockWaits,
    appendToCommit: one.p99Ms / one.commitP99Ms,
  });
}

function tableOf(runs: readonly Run[]): string {
  const counts = ['processes', 'events/s', 'events/s of processor'];
  const times = ['p50 ms', 'p99 ms', 'p99 ms of a commit'];
  return table([
    [...counts, ...times, 'lock waits', 'refused', 'behind at the end'],
    ...runs.map((run) => [
      String(run.replicas),
      run.perSecond.toFixed(0),
      run.perProcessorSecond.toFixed(0),
      run.p50Ms.toFixed(1),
      run.p99Ms.toFixed(1),
      run.commitP99Ms.toFixed(1),
      `${(run.lockWaits * 100).toFixed(1)} %`,
      String(run.refused),
      String(run.behind),
    ]),
  ]);
}

async function runOf(
  server: PostgresServer,
  many: number,
  { callers, seconds }: ReplicasTerms,
): Promise<Run> {
  const url = await server.createDatabase();
  await (await PostgresDatabase.open(url)).close();
  const children = Array.from({ length: many }, () =>
    fork(child, [url, String(callers), String(seconds)], { execArgv: ['--import', hooks] }),
  );
  try {
    for (const one of children) await once(one, 'message');
    const [locks, probe] = [await LockWaits.start(url), await CommitProbe.start(url)];
    const figures = await Promise.all(children.map(figuresOf));
    const [lockWaits, commitP99Ms] = [await locks.stop(), await probe.stop()];
    const events = sum(figures.map((one) => one.events));
    return {
      replicas: many,
      perSecond: events / seconds,
      perProcessorSecond: events / (sum(figures.map(({ cpuUs }) => cpuUs)) / 1_000_000),
      p50Ms: sum(figures.map(({ p50Ms }) => p50Ms)) / many,
      p99Ms: Math.max(...figures.map(({ p99Ms }) => p99Ms)),
      commitP99Ms,
      refused: sum(figures.map(({ refused }) => refused)),
      lockWaits,
      behind: Math.max(...figures.map((one) => one.behind)),
    };
  } finally {
    for (const one of children) if (one.exitCode === null) one.kill();
  }
}

async function figuresOf(one: ChildProcess): Promise<ChildFigures> {
  const ended = once(one, 'exit');
  one.send('go');
  // The child sends this shape, and nothing else.
  const [figures] = (await once(one, 'message')) as [ChildFigures];
  await ended;
  return figures;
}
