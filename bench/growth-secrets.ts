import type { ClusterGateway, ClusterGatewayWish } from './cluster-gateway.js';
import type { ClusterWorld } from './cluster-world.js';
import {
  type GrowthLoad,
  type GrowthTerms,
  loadInTurns,
  readAll,
  readsOf,
  settledMb,
} from './growth-load.js';
import { heading } from './audit-report.js';
import { bounded, type Figures } from './floors.js';
import { memoryOf10kMb } from './growth-memory.js';
import { namespace as fewNamespace } from './real-cluster.js';
import { namesCount as few, valueBytes } from './speed-world.js';
import { table } from './table.js';

const manyNamespace = 'bench-grown';
const prefix = 's';
/**
 * What Node gives itself in a container of 1 GiB, as deploy/base limits it. With all the memory of
 * a large machine V8 lets garbage grow to three times what lives before it collects.
 */
const contained = ['--max-old-space-size=512', '--max-semi-space-size=16'];

export interface SecretsStep extends GrowthLoad {
  readonly secrets: number;
  /** From the start of a gateway that knows none of them until it has nothing left to do. */
  readonly startMs: number;
  readonly startedMb: number;
  /** Once each was read. */
  readonly readMb: number;
  /** Of that: what V8 has in use on the heap of the thread that answers, and buffers beside it. */
  readonly heapMb: number;
  readonly buffersMb: number;
  /** Of the throughput of a gateway with 100 Secrets that is measured in turns with this one. */
  readonly toFew: number;
  /** The same where each name is a decision of its own, as others than RBAC ask for it. */
  readonly toFewByName: number;
}

interface Load {
  readonly gateway: ClusterGateway;
  readonly request: ReturnType<typeof readsOf>;
}

export interface SecretsGrowth {
  readonly few: { readonly secrets: number; readonly readMb: number };
  readonly steps: readonly SecretsStep[];
  readonly figures: Figures;
}

/**
 * Numbers of Secrets, ascending. At least two: the memory of the Secrets is the difference between
 * the gateways of the last step and of the first.
 */
export type SecretsSteps = readonly [number, number, ...number[]];

/**
 * Cached reads over all names of a gateway that serves more and more Secrets, each step a new
 * gateway. The namespace `bench` must hold the 100 that they are compared with.
 */
export async function growSecrets(
  world: ClusterWorld,
  steps: SecretsSteps,
  terms: GrowthTerms,
): Promise<SecretsGrowth> {
  heading('Secrets of 1 KiB');
  const small = await startContained(world, { served: [fewNamespace], authorizers: 'rbac' });
  const fewReads = readsOf(world, small, { namespace: fewNamespace, prefix, names: few });
  await readAll(fewReads, terms.seconds);
  await world.cluster.addNamespace(manyNamespace);
  const done: SecretsStep[] = [];
  for (const secrets of steps) {
    const from = done.at(-1)?.secrets ?? 0;
    const count = secrets - from;
    await world.cluster.fill({ namespace: manyNamespace, prefix, from, count, valueBytes });
    done.push(await stepOf(world, { gateway: small, request: fewReads }, { secrets, ...terms }));
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  // It has had as many loads as all steps together.
  const fewMb = await settledMb(small);
  await small.stop();
  console.log(tableOf(fewMb, done));
  const [first, last] = [done.at(0), done.at(-1)];
  return {
    few: { secrets: few, readMb: fewMb },
    steps: done,
    figures: bounded('growth', {
      manyToFewSecrets: last?.toFew ?? NaN,
      memoryOf10kSecretsMb: memoryOf10kMb(first, last),
    }),
  };
}

async function stepOf(
  world: ClusterWorld,
  fewLoad: Load,
  { secrets, ...terms }: GrowthTerms & { readonly secrets: number },
): Promise<SecretsStep> {
  const startedAt = performance.now();
  const gateway = await startContained(world, { served: [manyNamespace], authorizers: 'rbac' });
  try {
    const startedMb = await settledMb(gateway);
    const startMs = Math.round(performance.now() - startedAt);
    const request = readsOf(world, gateway, { namespace: manyNamespace, prefix, names: secrets });
    await readAll(request, terms.seconds);
    const [fewer, many] = await loadInTurns([fewLoad, { gateway, request }], terms);
    if (fewer === undefined || many === undefined) throw new Error('nothing was measured');
    const readMb = await settledMb(gateway);
    const heapMb = await metricMb(gateway, 'nodejs_heap_size_used_bytes');
    const buffersMb = await metricMb(gateway, 'nodejs_external_memory_bytes');
    const toFew = many.perSecond / fewer.perSecond;
    await gateway.stop();
    const toFewByName = await byNameToFew(world, fewLoad, { secrets, ...terms });
    return { secrets, startMs, startedMb, readMb, heapMb, buffersMb, ...many, toFew, toFewByName };
  } finally {
    await gateway.stop();
  }
}

/** By a gateway that does not know that RBAC alone decides. */
async function byNameToFew(
  world: ClusterWorld,
  fewLoad: Load,
  { secrets, ...terms }: GrowthTerms & { readonly secrets: number },
): Promise<number> {
  const gateway = await startContained(world, { served: [manyNamespace] });
  try {
    const request = readsOf(world, gateway, { namespace: manyNamespace, prefix, names: secrets });
    await readAll(request, terms.seconds);
    const [fewer, many] = await loadInTurns([fewLoad, { gateway, request }], terms);
    return (many?.perSecond ?? NaN) / (fewer?.perSecond ?? NaN);
  } finally {
    await gateway.stop();
  }
}

function startContained(
  world: ClusterWorld,
  wish: Pick<ClusterGatewayWish, 'served' | 'authorizers'>,
): Promise<ClusterGateway> {
  return world.startGateway({ ...wish, nodeOptions: contained });
}

async function metricMb(gateway: ClusterGateway, name: string): Promise<number> {
  return Math.round((await gateway.metric(name)) / 1_000_000);
}

function tableOf(fewMb: number, steps: readonly SecretsStep[]): string {
  const heads = ['Secrets', 'until at rest', 'MB then', 'MB once read', 'heap', 'buffers'];
  return table([
    [...heads, 'requests/s', 'p99 ms', 'CPU µs', 'to 100', 'by name'],
    ['100, to compare', '', '', String(fewMb)],
    ...steps.map((step) => [
      String(step.secrets),
      `${(step.startMs / 1_000).toFixed(0)} s`,
      String(step.startedMb),
      String(step.readMb),
      String(step.heapMb),
      String(step.buffersMb),
      String(step.perSecond),
      step.p99Ms.toFixed(1),
      String(step.cpuUs),
      step.toFew.toFixed(2),
      step.toFewByName.toFixed(2),
    ]),
  ]);
}
