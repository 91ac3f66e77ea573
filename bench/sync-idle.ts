import { setTimeout as pause } from 'node:timers/promises';
import type { StoreCall } from '../test/support/store-proxy.js';
import type { ClusterGateway } from './cluster-gateway.js';
import { sideBySide } from './side-by-side.js';
import type { SyncBenchWorld } from './sync-world.js';

const atOnce = 16;

export interface IdleFigures {
  readonly seconds: number;
  /** Calls of the store in this time, by kind. */
  readonly calls: Readonly<Record<string, number>>;
  /** The same of an hour. */
  readonly callsOfHour: Readonly<Record<string, number>>;
  /** Secrets and secrets of the store with another version, and calls that write. */
  readonly writes: number;
  /** SecretSyncs that were written, such as their statuses. */
  readonly statuses: number;
  readonly cpuSeconds: number;
  readonly residentMib: number;
}

/** Measures what a gateway does while no Secret and no secret of the store changes. */
export async function idle(
  world: SyncBenchWorld,
  gateway: ClusterGateway,
  seconds: number,
): Promise<IdleFigures> {
  const calls: Record<string, number> = {};
  const before = await versionsOf(world);
  const statusesBefore = await clusterVersions(world, '/apis/sallyport.dev/v1alpha1/secretsyncs');
  const cpuBefore = gateway.figures.cpuMs;
  world.proxy.onAnswered = (call) => {
    const kind = kindOf(call);
    calls[kind] = (calls[kind] ?? 0) + 1;
  };
  await pause(seconds * 1_000);
  world.proxy.onAnswered = () => undefined;
  const { cpuMs, residentMib } = gateway.figures;
  const after = await versionsOf(world);
  const statuses = await clusterVersions(world, '/apis/sallyport.dev/v1alpha1/secretsyncs');
  const written = Object.entries(calls).filter(([kind]) => isWrite(kind));
  return {
    seconds,
    calls,
    callsOfHour: Object.fromEntries(
      Object.entries(calls).map(([kind, count]) => [kind, Math.round((count * 3_600) / seconds)]),
    ),
    writes: differences(before, after) + written.reduce((sum, [, count]) => sum + count, 0),
    statuses: differences(statusesBefore, statuses),
    cpuSeconds: (cpuMs - cpuBefore) / 1_000,
    residentMib,
  };
}

/** Returns method and API of a call, without names. */
export function kindOf({ method, path }: StoreCall): string {
  const [api] = /^\/v1\/(?:auth\/jwt\/login|secret\/(?:data|detailed-metadata|metadata)|sys)/.exec(
    path,
  ) ?? [path];
  return `${method} ${api}`;
}

/** Reports whether calls of this kind write: a login makes a batch token, which is not stored. */
function isWrite(kind: string): boolean {
  return !kind.startsWith('GET ') && !kind.endsWith('/login');
}

type Versions = ReadonlyMap<string, string>;

function differences(before: Versions, after: Versions): number {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key)).length;
}

/** Returns the versions of all Secrets and of all secrets of the store. */
async function versionsOf(world: SyncBenchWorld): Promise<Versions> {
  const versions = new Map<string, string>();
  for (const namespace of world.namespaces) {
    const path = `/api/v1/namespaces/${namespace}/secrets`;
    for (const [key, version] of await clusterVersions(world, path)) {
      versions.set(`cluster ${key}`, version);
    }
  }
  await sideBySide({ count: world.places.length, atOnce }, async (index) => {
    const { namespace = '', name = '' } = world.places[index] ?? {};
    const path = `/v1/secret/metadata/k8s/${namespace}/${name}`;
    const { data } = JSON.parse(await world.store.call('GET', path)) as {
      readonly data: { readonly current_version: number; readonly updated_time: string };
    };
    const { current_version: version, updated_time: updated } = data;
    versions.set(`store ${namespace}/${name}`, `${version} ${updated}`);
  });
  return versions;
}

/** Returns the resourceVersions of a list. */
async function clusterVersions(world: SyncBenchWorld, path: string): Promise<Versions> {
  const { items } = JSON.parse(await world.admin.call('GET', path)) as {
    readonly items: readonly {
      readonly metadata: {
        readonly namespace: string;
        readonly name: string;
        readonly resourceVersion: string;
      };
    }[];
  };
  return new Map(
    items.map(({ metadata: { namespace, name, resourceVersion } }) => {
      return [`${namespace}/${name}`, resourceVersion];
    }),
  );
}
