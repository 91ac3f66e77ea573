import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../test/conformance/scenarios/random.js';
import { percentile } from './percentile.js';
import { SecretArrivals } from './secret-arrivals.js';
import type { SyncCaller } from './sync-caller.js';
import type { SyncBenchWorld, SyncPlace } from './sync-world.js';

/** Between two writes: five in a second. */
const everyMs = 200;
const lookEveryMs = 20;
/** Longest wait for one value; a value that comes later is an error. */
const arrivalMsMax = 600_000;
const seed = 20_261_202;

export interface Latencies {
  readonly writes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface LatencyParts {
  readonly world: SyncBenchWorld;
  /** Caller of the gateway. */
  readonly caller: SyncCaller;
  readonly writes: number;
}

/** Times from the response to a write of a Secret until the store has the value. */
export async function pushLatencies({ world, caller, writes }: LatencyParts): Promise<Latencies> {
  return latencies(places(world, writes), async (place, index) => {
    const value = `pushed-${index}`;
    const path = `/v1/namespaces/${place.namespace}/secrets/${place.name}/keys/value`;
    await caller.call('PUT', path, value);
    const ackMs = performance.now();
    while (await isOther(world.store, place, value)) {
      if (performance.now() - ackMs > arrivalMsMax) throw new Error(`${path} is not in the store`);
      await pause(lookEveryMs);
    }
    return performance.now() - ackMs;
  });
}

/** What follows a write of the store: a run of the sync, a notification, or nothing but the time. */
export type PullCause = 'run' | 'notify' | 'poll';

/** Times from the response to a write of the store until the Secret has the value. */
export async function pullLatencies(
  { world, caller, writes }: LatencyParts,
  cause: PullCause,
): Promise<Latencies> {
  const list = await world.admin.call('GET', '/api/v1/secrets?limit=1');
  const { metadata } = JSON.parse(list) as { metadata: { resourceVersion: string } };
  const arrivals = await SecretArrivals.open(world.access, metadata.resourceVersion);
  try {
    return await latencies(places(world, writes), async (place, index) => {
      const value = `pulled-${cause}-${index}`;
      const arrived = arrivals.value(place, value);
      await world.store.call('POST', storePath(place), { data: { value, user: 'app' } });
      const ackMs = performance.now();
      if (cause === 'run') {
        const path = `/v1/namespaces/${place.namespace}/syncs/${place.name}/run`;
        await caller.call('POST', path);
      } else if (cause === 'notify') {
        const body = JSON.stringify({ names: [`k8s/${place.namespace}/${place.name}`] });
        const signed = { ...world.webhooks.headersOf(body), 'content-type': 'application/json' };
        await caller.call('POST', '/v1/stores/vault/notify', body, signed);
      }
      const late = pause(arrivalMsMax, undefined, { ref: false });
      const atMs = await Promise.race([arrived, late]);
      if (atMs === undefined) throw new Error(`${place.name} did not get the value of the store`);
      return atMs - ackMs;
    });
  } finally {
    arrivals.close();
  }
}

function storePath({ namespace, name }: SyncPlace): string {
  return `/v1/secret/data/k8s/${namespace}/${name}`;
}

async function isOther(store: SyncCaller, place: SyncPlace, value: string): Promise<boolean> {
  const { data } = JSON.parse(await store.call('GET', storePath(place))) as {
    readonly data: { readonly data: { readonly value?: string } };
  };
  return data.data.value !== value;
}

/** Returns different places in a random order, which is the same in every run. */
function places({ places: all }: SyncBenchWorld, writes: number): readonly SyncPlace[] {
  const random = new Random(seed);
  const mixed = all.map((place) => ({ place, at: random.below(1_000_000) }));
  return mixed
    .toSorted((a, b) => a.at - b.at)
    .slice(0, writes)
    .map(({ place }) => place);
}

/** Begins one measurement after the other, at a fixed rate. */
async function latencies(
  all: readonly SyncPlace[],
  measure: (place: SyncPlace, index: number) => Promise<number>,
): Promise<Latencies> {
  const beganMs = performance.now();
  const taken = all.map(async (place, index) => {
    await pause(Math.max(0, index * everyMs - (performance.now() - beganMs)));
    return measure(place, index);
  });
  const times = await Promise.all(taken);
  return {
    writes: times.length,
    p50Ms: percentile(times, 50),
    p99Ms: percentile(times, 99),
    maxMs: percentile(times, 100),
  };
}
