import { sendOnce } from './bench-request.js';
import { comeToRest } from './come-to-rest.js';
import { median } from './percentile.js';
import type { Subject } from './speed-subjects.js';
import type { ServerName, SpeedWorld } from './speed-world.js';
import { type LoadTerms, runWrk } from './wrk.js';
import type { LoadFigures } from './wrk-output.js';

export interface RoundTerms extends LoadTerms {
  readonly rounds: number;
  /** Before anything is measured, of each subject. */
  readonly warmUpSeconds: number;
}

interface Round extends LoadFigures {
  readonly cpuUs: ReadonlyMap<ServerName, number>;
  /** Of the gateway's event loop. */
  readonly delayP99Ms: number;
}

/** Medians over the rounds of one subject. */
export interface SubjectFigures {
  readonly id: string;
  readonly title: string;
  /** Of the body of one answer. */
  readonly answerBytes: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of all rounds. */
  readonly worstMs: number;
  /** Time of the processors that one request takes, by server. */
  readonly cpuUs: Readonly<Partial<Record<ServerName, number>>>;
  /** Of the gateway's event loop during the load, 99th percentile. */
  readonly delayP99Ms: number;
  /** What was no success; a server that refuses is a fast one. */
  readonly failures: readonly string[];
  /** Requests a second, of each round in its order. */
  readonly rounds: readonly number[];
}

/** Reading it begins a new measurement: prom-client resets its histogram. */
const delayMetric = 'nodejs_eventloop_lag_p99_seconds';

/**
 * At the start of each load, unmeasured: what servers keep for seconds only, such as decisions and
 * verified tokens, is there then, as under a load that lasts.
 */
const uncountedSeconds = 1;

/** Measures all subjects in rounds in which they take turns. */
export async function measureInTurns(
  speed: SpeedWorld,
  subjects: readonly Subject[],
  terms: RoundTerms,
): Promise<readonly SubjectFigures[]> {
  const sizes = new Map<Subject, number>();
  const measured = new Map<Subject, Round[]>(subjects.map((subject) => [subject, []]));
  for (const subject of subjects) {
    sizes.set(subject, Buffer.byteLength(await sendOnce(subject.request, subject.ca)));
    await runWrk(subject.request, { ...terms, seconds: terms.warmUpSeconds });
  }
  for (let round = 0; round < terms.rounds; round += 1) {
    for (const subject of subjects) {
      measured.get(subject)?.push(await measure(speed, subject, terms));
      process.stderr.write('.');
    }
  }
  process.stderr.write('\n');
  return subjects.map((subject) => {
    return figuresOf(subject, measured.get(subject) ?? [], sizes.get(subject) ?? 0);
  });
}

async function measure(speed: SpeedWorld, subject: Subject, terms: LoadTerms): Promise<Round> {
  await comeToRest(() => [...speed.cpuMs().values()].reduce((sum, ms) => sum + ms, 0));
  await runWrk(subject.request, { ...terms, seconds: uncountedSeconds });
  await speed.gateway.gauge(delayMetric);
  const before = speed.cpuMs();
  const figures = await runWrk(subject.request, terms);
  const after = speed.cpuMs();
  const used = subject.servers.map((server) => {
    const usedMs = (after.get(server) ?? NaN) - (before.get(server) ?? NaN);
    return [server, (usedMs * 1_000) / figures.requests] as const;
  });
  const delayP99Ms = (await speed.gateway.gauge(delayMetric)) * 1_000;
  return { ...figures, cpuUs: new Map(used), delayP99Ms };
}

function figuresOf(
  { id, title, servers }: Subject,
  rounds: readonly Round[],
  answerBytes: number,
): SubjectFigures {
  const of = (figure: (round: Round) => number): number => median(rounds.map(figure));
  const cpu = servers.map((server) => {
    return [server, Math.round(of((round) => round.cpuUs.get(server) ?? NaN))] as const;
  });
  return {
    ...{ id, title, answerBytes },
    perSecond: Math.round(of((round) => round.perSecond)),
    p50Ms: of((round) => round.p50Ms),
    p99Ms: of((round) => round.p99Ms),
    worstMs: Math.max(...rounds.map((round) => round.worstMs)),
    cpuUs: Object.fromEntries(cpu),
    delayP99Ms: of((round) => round.delayP99Ms),
    failures: rounds.map((round) => round.failures).filter((failures) => failures !== ''),
    rounds: rounds.map((round) => Math.round(round.perSecond)),
  };
}
