import { setTimeout as delay } from 'node:timers/promises';
import type { Sallyport } from '@sallyport/client';
import { UsageError } from '../command.js';
import { exitCodes } from '../exit-code.js';
import { codeOf } from '../output/system-error.js';
import type { Terminal } from '../terminal.js';
import type { Changes } from '../values/changes.js';
import { followChanges } from '../values/follow-changes.js';
import type { ValuesFollower } from '../values/follow-values.js';
import type { ReadValues } from '../values/read-values.js';
import { waitSecondsFor } from '../values/wait-seconds.js';
import type { ValuesRequest } from '../values/wanted-values.js';
import { RestartPace } from './restart-pace.js';
import type { RunningProgram } from './running-program.js';
import type { WatchPlan } from './run-plan.js';

const AGE_EVERY_MS = 500;

export interface WatchedRun {
  readonly gateway: Sallyport;
  readonly requests: readonly ValuesRequest[];
  readonly watch: WatchPlan;
  readonly terminal: Terminal;
}

/**
 * Runs a program until its end, and gives it each later state of its values. It waits for a gateway
 * that cannot be reached; a gateway that refuses the first read ends it.
 */
export async function runWatched(program: RunningProgram, run: WatchedRun): Promise<number> {
  const { gateway, requests, watch, terminal } = run;
  const ending = new AbortController();
  const { changes, follower } = followChanges(
    { gateway, requests, waitSeconds: waitSecondsFor(watch.maxStaleMs) },
    (sentence) => terminal.err(`${sentence}; sallyport tries again\n`),
  );
  program.interrupted.addEventListener('abort', () => changes.fail(program.interrupted.reason));
  const following = follower.run(ending.signal);
  try {
    await changes.next;
    const values = changes.take();
    if (values !== undefined) program.start(values);
    return await keepUp(program, { changes, follower, watch, terminal });
  } finally {
    ending.abort();
    await following;
    // Also if values are too old, or sallyport itself fails: nothing stays behind.
    await program.stop(watch.stopLimitMs);
  }
}

interface KeptProgram {
  readonly changes: Changes;
  readonly follower: ValuesFollower;
  readonly watch: WatchPlan;
  readonly terminal: Terminal;
}

async function keepUp(
  program: RunningProgram,
  { changes, follower, watch, terminal }: KeptProgram,
): Promise<number> {
  using age = new AgeLimit(follower, watch.maxStaleMs);
  const pace = new RestartPace(watch.debounceMs);
  for (;;) {
    const exited = program.exited.then(() => 'exited' as const);
    const changed = changes.next.then(() => 'changed' as const);
    const event = await Promise.race([exited, changed, age.reached]);
    if (event === 'exited') return program.exited;
    if (event === 'stale') {
      terminal.err('the gateway has not confirmed the values for --max-stale: the program ends\n');
      return exitCodes.unreachable;
    }
    await Promise.race([delay(pace.pauseMs), exited]);
    const values = changes.take();
    if (values === undefined) continue;
    const isRestarted = await replaceOrWarn(program, values, { watch, terminal });
    if (isRestarted) pace.note(performance.now());
  }
}

async function replaceOrWarn(
  program: RunningProgram,
  values: ReadValues,
  { watch, terminal }: Pick<KeptProgram, 'watch' | 'terminal'>,
): Promise<boolean> {
  try {
    return await program.replace(values, watch);
  } catch (error) {
    const reason = error instanceof UsageError ? error.message : codeOf(error);
    terminal.err(`${reason}; the program keeps the values that it has\n`);
    return false;
  }
}

/** Limit on the age of values. */
class AgeLimit implements Disposable {
  readonly reached: Promise<'stale'>;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(follower: ValuesFollower, limitMs: number | undefined) {
    const { promise, resolve } = Promise.withResolvers<'stale'>();
    this.reached = promise;
    if (limitMs === undefined) return;
    this.#timer = setInterval(() => {
      if ((follower.ageMs ?? 0) > limitMs) resolve('stale');
    }, AGE_EVERY_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
