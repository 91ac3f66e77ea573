import { mkdirSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { TlsWorld } from '../test/support/tls-files.js';
import { heading, report } from './audit-report.js';
import { count, saveOption } from './bench-options.js';
import { ClusterGateway } from './cluster-gateway.js';
import { conclude } from './conclude.js';
import { bounded } from './floors.js';
import { SyncCaller } from './sync-caller.js';
import { idle, kindOf } from './sync-idle.js';
import { type Latencies, type PullCause, pullLatencies, pushLatencies } from './sync-latency.js';
import { SyncBenchWorld } from './sync-world.js';
import { withThrowawayDir } from './throwaway-dir.js';

const { values } = parseArgs({
  options: {
    syncs: { type: 'string', default: '5000' },
    /** Writes of each measurement of latency. */
    writes: { type: 'string', default: '300' },
    /** Seconds in which nothing changes. */
    idle: { type: 'string', default: '300' },
    /** How often the store is asked for changes. */
    poll: { type: 'string', default: '1m' },
    ...saveOption,
  },
});
const terms = {
  syncs: count('syncs', values.syncs),
  writes: count('writes', values.writes),
  idleSeconds: count('idle', values.idle),
  poll: values.poll,
};
/** After a start, and after writes. */
const restMs = 15_000;
const lookEveryMs = 500;
const firstSyncMsMax = 3_600_000;
const EXIT_INTERRUPTED = 130;

interface Parts {
  readonly world: SyncBenchWorld;
  readonly gateway: ClusterGateway;
  readonly caller: SyncCaller;
}

/** Measures syncs with OpenBao: how soon a side follows the other, and what they cost idle. */
async function main(): Promise<void> {
  await withThrowawayDir(async (dir) => {
    await using stack = new AsyncDisposableStack();
    // A user who does not want to wait leaves no server running.
    const leave = (): void =>
      void stack.disposeAsync().finally(() => process.exit(EXIT_INTERRUPTED));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, leave);
    heading(`${terms.syncs} syncs with OpenBao`);
    const world = await SyncBenchWorld.start(terms.syncs, stack);
    const tls = await TlsWorld.create();
    stack.defer(() => tls.remove());
    const gateway = await ClusterGateway.start(world, {
      dir: newFolder(dir),
      ...{ tls, served: ['*'], scope: 'cluster', settings: world.settings },
    });
    stack.defer(() => gateway.stop());
    const authorization = `Bearer ${await world.callerToken()}`;
    const caller = new SyncCaller({
      ...{ url: gateway.url, headers: { authorization } },
      agent: new Agent({ ca: tls.ca, keepAlive: true, maxSockets: 32 }),
    });
    stack.defer(() => caller.close());
    await measure({ world, gateway, caller });
  });
}

async function measure({ world, gateway, caller }: Parts): Promise<void> {
  const { writes, idleSeconds } = terms;
  await pause(restMs);
  const memoryBeforeMib = gateway.figures.residentMib;
  const first = await firstSync(world, gateway);
  report('all in sync at first', `${first.seconds.toFixed(1)} s`);
  await pause(restMs);
  const push = shown('Secret to store', await pushLatencies({ world, caller, writes }));
  const pulled = async (cause: PullCause): Promise<Latencies> =>
    shown(`store to Secret, ${cause}`, await pullLatencies({ world, caller, writes }, cause));
  const run = await pulled('run');
  const notify = await pulled('notify');
  const poll = await pulled('poll');
  await pause(restMs);
  const quiet = await idle(world, gateway, idleSeconds);
  for (const [kind, calls] of Object.entries(quiet.callsOfHour)) {
    report(`in an idle hour: ${kind}`, `${calls}`);
  }
  report('writes while idle', `${quiet.writes}`);
  report('statuses written while idle', `${quiet.statuses}`);
  report('processor while idle', `${((quiet.cpuSeconds / idleSeconds) * 100).toFixed(1)} %`);
  report('memory before and after', `${memoryBeforeMib} and ${quiet.residentMib} MiB`);
  const figures = bounded('sync', {
    pushP99Ms: push.p99Ms,
    runP99Ms: run.p99Ms,
    notifyP99Ms: notify.p99Ms,
    idleWrites: quiet.writes,
  });
  const details = { first, push, run, notify, poll, idle: quiet, memoryBeforeMib };
  conclude({ bench: 'sync', figures, terms, details, isSaved: values.save });
}

/** Creates all syncs, and waits until all are in sync. */
async function firstSync(world: SyncBenchWorld, gateway: ClusterGateway) {
  const calls: Record<string, number> = {};
  world.proxy.onAnswered = (call) => {
    const kind = kindOf(call);
    calls[kind] = (calls[kind] ?? 0) + 1;
  };
  await world.createStore(terms.poll);
  const sinceMs = performance.now();
  const cpuBefore = gateway.figures.cpuMs;
  await world.createSyncs();
  const createdSeconds = (performance.now() - sinceMs) / 1_000;
  let seenInSync = 0;
  while (seenInSync < terms.syncs) {
    if (performance.now() - sinceMs > firstSyncMsMax) throw new Error('not all are in sync');
    await pause(lookEveryMs);
    seenInSync = await gateway.gauge(String.raw`sallyport_syncs\{state="InSync"\}`);
  }
  const seconds = (performance.now() - sinceMs) / 1_000;
  const cpuSeconds = (gateway.figures.cpuMs - cpuBefore) / 1_000;
  world.proxy.onAnswered = () => undefined;
  return { seconds, createdSeconds, cpuSeconds, calls };
}

function shown(what: string, latencies: Latencies): Latencies {
  const { p50Ms, p99Ms, maxMs } = latencies;
  report(what, `p50 ${p50Ms}, p99 ${p99Ms}, max ${maxMs} ms`);
  return latencies;
}

function newFolder(dir: string): string {
  const folder = join(dir, 'gateway');
  mkdirSync(folder);
  return folder;
}

await main();
