import { execFile } from 'node:child_process';
import { Agent, request } from 'node:https';
import { parseArgs, promisify } from 'node:util';
import { type AbuseKind, abuseKinds, controlNames } from './abuse-kinds.js';
import type { AbuseOrder } from './abuse-load.js';
import { count, partsToRun, saveOption } from './bench-options.js';
import type { ClusterGateway } from './cluster-gateway.js';
import { ClusterWorld } from './cluster-world.js';
import { comeToRest } from './come-to-rest.js';
import { conclude } from './conclude.js';
import { environmentOf } from './environment.js';
import { bounded } from './floors.js';
import { percentile } from './percentile.js';
import { namespace, secretName } from './real-cluster.js';
import { table } from './table.js';
import { withThrowawayDir } from './throwaway-dir.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    /** One attack alone; all if absent. */
    kind: { type: 'string' },
    /** A folder for profiles of the gateway, as `--cpu-prof` writes them. */
    profiles: { type: 'string' },
    ...saveOption,
  },
});

/** The heap that Node takes in a container of 1 GiB, the limit of `deploy/base`. */
const contained = ['--max-old-space-size=512', '--max-semi-space-size=16'];
/** Requests of the victim, sent at their time whether or not others were answered. */
const pacePerSecond = 100;
const controlBytes = 1_048_000;

interface Measured {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failures: number;
  /** The most that was seen. */
  readonly residentMib: number;
}

/** What a caller who means harm does to others, on this machine: fails beyond the bounds. */
async function main(): Promise<void> {
  const { kind: only, save, profiles } = values;
  const kinds = partsToRun(abuseKinds, { only, save }, 'kind');
  await withThrowawayDir(async (dir) => {
    const environment = await environmentOf(dir);
    const world = await ClusterWorld.start(dir);
    try {
      await prepare(world);
      const profiled = profiles
        ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`, '--cpu-prof-interval=500']
        : [];
      const nodeOptions = [...contained, ...profiled];
      const wish = { served: [namespace], nodeOptions, isLimited: true };
      const gateway = await world.startGateway(wish);
      const { rows, figures } = await measureAll(world, gateway, kinds);
      console.log(`\n${table(rows.map((row) => row.map(String)))}`);
      const terms = { seconds: count('seconds', values.seconds), kinds };
      const details = { environment, rows };
      conclude({ bench: 'abuse', figures, terms, details, isSaved: save });
    } finally {
      await world.stop();
    }
  });
}

async function prepare({ cluster }: ClusterWorld): Promise<void> {
  await cluster.fill({ namespace, prefix: 's', count: 1, valueBytes: 1_024 });
  const data = { k: Buffer.alloc(controlBytes, 1).toString('base64') };
  for (const name of controlNames) {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data };
    await cluster.request('POST', `/api/v1/namespaces/${namespace}/secrets`, secret);
  }
}

async function measureAll(
  world: ClusterWorld,
  gateway: ClusterGateway,
  kinds: readonly AbuseKind[],
) {
  const seconds = count('seconds', values.seconds);
  const stranger = await world.cluster.strangerToken();
  const neighbour = await world.cluster.neighbourToken();
  await victim(world, gateway, 5);
  const alone = await victim(world, gateway, seconds);
  const rows: (string | number)[][] = [
    ['attack', 'p50 ms', 'p99 ms', '÷ alone', 'MiB at most', 'answers to the attack'],
    ['none', alone.p50Ms, alone.p99Ms, 1, alone.residentMib, ''],
  ];
  const attacks: (Measured & { readonly slower: number })[] = [];
  for (const kind of kinds) {
    // The sampling of a profile is no rest.
    if (!values.profiles) await comeToRest(() => gateway.figures.cpuMs);
    const token = kind === 'amplified values' ? neighbour : stranger;
    const order = { kind, url: gateway.url, ca: world.tls.ca, token, seconds };
    const [seen, answers] = await Promise.all([victim(world, gateway, seconds), attack(order)]);
    const slower = Math.round((seen.p99Ms / alone.p99Ms) * 10) / 10;
    rows.push([kind, seen.p50Ms, seen.p99Ms, slower, seen.residentMib, answers]);
    attacks.push({ ...seen, slower });
    if (seen.failures > 0) console.log(`${kind}: ${seen.failures} failures of the victim`);
  }
  const figures = bounded('abuse', {
    victimP99ToAlone: Math.max(...attacks.map((seen) => seen.slower)),
    residentMib: Math.max(...attacks.map((seen) => seen.residentMib)),
    victimFailures: attacks.reduce((sum, seen) => sum + seen.failures, 0),
  });
  return { rows, figures };
}

async function attack(order: AbuseOrder): Promise<string> {
  const script = new URL('./abuse-load.ts', import.meta.url).pathname;
  const given = ['--import', './test/ts-hooks.mjs', script, JSON.stringify(order)];
  const { stdout } = await promisify(execFile)(process.execPath, given);
  return stdout;
}

/** Reads one cached Secret at a steady pace. */
async function victim(
  { tls, tokens }: ClusterWorld,
  gateway: ClusterGateway,
  seconds: number,
): Promise<Measured> {
  const agent = new Agent({ ca: tls.ca, keepAlive: true, maxSockets: 16 });
  const url = `${gateway.url}/v1/namespaces/${namespace}/secrets/${secretName('s', 0)}`;
  const took: number[] = [];
  let failures = 0;
  let residentMib = 0;
  const running = new Set<Promise<void>>();
  const beganAt = performance.now();
  for (let sent = 0; sent < seconds * pacePerSecond; sent += 1) {
    const dueAt = beganAt + (sent * 1_000) / pacePerSecond;
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    if (sent % 10 === 0) residentMib = Math.max(residentMib, gateway.figures.residentMib);
    const one = get(url, agent, tokens.gateway).then((isOk) => {
      took.push(performance.now() - dueAt);
      if (!isOk) failures += 1;
      running.delete(one);
    });
    running.add(one);
  }
  await Promise.all(running);
  agent.destroy();
  return { p50Ms: percentile(took, 50), p99Ms: percentile(took, 99), failures, residentMib };
}

function get(url: string, agent: Agent, token: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  request(url, { agent, headers: { authorization: `Bearer ${token}` } }, (answer) => {
    answer.resume().on('close', () => resolve(answer.statusCode === 200));
  })
    .on('error', () => resolve(false))
    .end();
  return promise;
}

await main();
