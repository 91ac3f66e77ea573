import { setTimeout as pause } from 'node:timers/promises';
import type { BenchRequest } from './bench-request.js';
import type { ClusterGateway } from './cluster-gateway.js';
import type { ClusterWorld } from './cluster-world.js';
import { comeToRest } from './come-to-rest.js';
import { median } from './percentile.js';
import { mbOfMib } from './process-figures.js';
import { runWrk } from './wrk.js';

const connections = 32;
const settledLooks = 20;
const settledLookMs = 500;

export interface GrowthTerms {
  /** Each load, in rounds. */
  readonly rounds: number;
  readonly seconds: number;
}

export interface GrowthLoad {
  readonly perSecond: number;
  readonly mbPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the gateway, for each request. */
  readonly cpuUs: number;
}

export interface ReadSecrets {
  readonly namespace: string;
  readonly prefix: string;
  readonly names: number;
  readonly consistency?: 'strong';
}

/** A GET of Secrets at a gateway, one name after the other. */
export function readsOf(
  { tokens }: ClusterWorld,
  { url }: ClusterGateway,
  { namespace, prefix, names, consistency }: ReadSecrets,
): BenchRequest {
  const path = `/v1/namespaces/${namespace}/secrets/${prefix}{name}`;
  const query = consistency === undefined ? '' : `?consistency=${consistency}`;
  const headers = { authorization: `Bearer ${tokens.gateway}` };
  return { origin: url, method: 'GET', path: `${path}${query}`, headers, names };
}

/** Several loads in rounds in which they take turns; medians, in the order given. */
export async function loadInTurns(
  loads: readonly { readonly gateway: ClusterGateway; readonly request: BenchRequest }[],
  { rounds, seconds }: GrowthTerms,
): Promise<readonly GrowthLoad[]> {
  const measured = loads.map((): GrowthLoad[] => []);
  for (const { request } of loads) await runWrk(request, { connections, seconds: 1 });
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { gateway, request }] of loads.entries()) {
      await comeToRest(() => gateway.figures.cpuMs);
      measured[index]?.push(await loadOnce(gateway, request, seconds));
    }
  }
  return measured.map((all) => {
    const of = (figure: (one: GrowthLoad) => number): number => median(all.map(figure));
    return {
      perSecond: Math.round(of((one) => one.perSecond)),
      mbPerSecond: Math.round(of((one) => one.mbPerSecond) * 10) / 10,
      p50Ms: of((one) => one.p50Ms),
      p99Ms: of((one) => one.p99Ms),
      cpuUs: Math.round(of((one) => one.cpuUs)),
    };
  });
}

/** Reads until each name was read at least once. */
export async function readAll(request: BenchRequest, seconds: number): Promise<void> {
  for (let read = 0; read < request.names;) {
    const { requests, failures } = await runWrk(request, { connections, seconds });
    refuse(request, failures);
    read += requests;
  }
}

/** The least memory that a gateway has in ten seconds in which nobody asks it for anything. */
export async function settledMb(gateway: ClusterGateway): Promise<number> {
  await comeToRest(() => gateway.figures.cpuMs);
  let leastMib = Infinity;
  for (let look = 0; look < settledLooks; look += 1) {
    leastMib = Math.min(leastMib, gateway.figures.residentMib);
    await pause(settledLookMs);
  }
  return Math.round(leastMib * mbOfMib);
}

async function loadOnce(
  gateway: ClusterGateway,
  request: BenchRequest,
  seconds: number,
): Promise<GrowthLoad> {
  const before = gateway.figures.cpuMs;
  const figures = await runWrk(request, { connections, seconds });
  refuse(request, figures.failures);
  return {
    ...{ perSecond: figures.perSecond, p50Ms: figures.p50Ms, p99Ms: figures.p99Ms },
    mbPerSecond: figures.bytesPerSecond / 1_000_000,
    cpuUs: ((gateway.figures.cpuMs - before) * 1_000) / figures.requests,
  };
}

function refuse({ path }: BenchRequest, failures: string): void {
  if (failures !== '') throw new Error(`not every GET ${path} was answered: ${failures}`);
}
