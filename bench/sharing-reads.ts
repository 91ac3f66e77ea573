import { heading, report } from './audit-report.js';
import type { BenchRequest } from './bench-request.js';
import type { ClusterGateway } from './cluster-gateway.js';
import { comeToRest } from './come-to-rest.js';
import { bounded, type Figures } from './floors.js';
import { median } from './percentile.js';
import type { SharedReads } from './sharing-world.js';
import { table } from './table.js';
import { type LoadTerms, runWrk } from './wrk.js';

export interface SharingTerms extends LoadTerms {
  readonly rounds: number;
  /** Before anything is measured, of each read. */
  readonly warmUpSeconds: number;
}

interface Load {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Processor time of the gateway, of one request. */
  readonly cpuUs: number;
}

interface Round {
  readonly cached: Load;
  readonly live: Load;
}

/** Seconds at the start of each load that are not measured, as in the other benchmarks. */
const uncountedSeconds = 1;

/**
 * Measures both reads in alternation at one gateway. Each round has one ratio, and every other round
 * starts with the other read, so that a machine that becomes slower favours neither.
 */
export async function benchSharing(
  gateway: ClusterGateway,
  reads: SharedReads,
  terms: SharingTerms,
): Promise<{ readonly figures: Figures; readonly rounds: readonly Round[] }> {
  heading(`one key, ${terms.connections} connections over TLS, ${terms.rounds} rounds`);
  for (const request of [reads.cached, reads.live]) {
    await load(request, { ...terms, seconds: terms.warmUpSeconds });
  }
  const rounds: Round[] = [];
  for (let turn = 0; turn < terms.rounds; turn += 1) {
    rounds.push(await roundOf(gateway, reads, { terms, isLiveFirst: turn % 2 === 1 }));
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  const liveToCached = median(rounds.map(ratioOf));
  console.log(roundsTable(rounds));
  report('live ÷ cached read (median of the rounds)', liveToCached.toFixed(2));
  const cpu = median(rounds.map(({ cached, live }) => cached.cpuUs / live.cpuUs));
  report('the same by processor time of the gateway', cpu.toFixed(2));
  return { figures: bounded('sharing', { liveToCached }), rounds };
}

async function roundOf(
  gateway: ClusterGateway,
  { cached, live }: SharedReads,
  { terms, isLiveFirst }: { readonly terms: LoadTerms; readonly isLiveFirst: boolean },
): Promise<Round> {
  const first = await measure(gateway, isLiveFirst ? live : cached, terms);
  const second = await measure(gateway, isLiveFirst ? cached : live, terms);
  return isLiveFirst ? { cached: second, live: first } : { cached: first, live: second };
}

async function measure(
  gateway: ClusterGateway,
  request: BenchRequest,
  terms: LoadTerms,
): Promise<Load> {
  await comeToRest(() => gateway.figures.cpuMs);
  await load(request, { ...terms, seconds: uncountedSeconds });
  const before = gateway.figures.cpuMs;
  const { perSecond, requests, p99Ms } = await load(request, terms);
  const cpuUs = ((gateway.figures.cpuMs - before) * 1_000) / requests;
  return { perSecond, p99Ms, cpuUs };
}

/** Runs a load. Throws if a response is no success: a refusal is faster than a read. */
async function load(request: BenchRequest, terms: LoadTerms) {
  const figures = await runWrk(request, terms);
  if (figures.failures === '') return figures;
  throw new Error(`${request.path}: ${figures.failures}`);
}

function roundsTable(rounds: readonly Round[]): string {
  return table([
    ['round', 'cached/s', 'p99 ms', 'CPU µs', 'live/s', 'p99 ms', 'CPU µs', 'ratio'],
    ...rounds.map((round, index) => [
      String(index + 1),
      ...[round.cached, round.live].flatMap(columnsOf),
      ratioOf(round).toFixed(2),
    ]),
  ]);
}

function columnsOf({ perSecond, p99Ms, cpuUs }: Load): readonly string[] {
  return [perSecond.toFixed(0), p99Ms.toFixed(1), cpuUs.toFixed(0)];
}

function ratioOf({ cached, live }: Round): number {
  return live.perSecond / cached.perSecond;
}
