import { setTimeout as pause } from 'node:timers/promises';
import { ownerOf } from '../core/credential-owner.js';
import { RecentMap } from '../core/recent-map.js';
import { schemaLimits } from '../core/schema-limits.js';
import { Turns } from '../core/turns.js';
import type { CheckCaller } from '../secrets/domain/secret-checks.js';
import { threadMs } from './domain/check-time.js';

const { checkShare, checkBurstMs, checksWaitingMax, checkOwnersMax, checkMsFree } = schemaLimits;

/** Clocks of a pace. */
export interface PaceTimes {
  /** Time that never goes backwards. */
  readonly nowMs: () => number;
  /** Time of the processor so far. */
  readonly usedMs: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}

/** Owner whose checks took long. */
interface SlowOwner {
  /** When no time of the owner's checks is left to make up for. */
  readonly settledMs: number;
  readonly turns: Turns;
}

/**
 * Bounds the share of the processor that the checks of one owner take, because a check blocks all
 * other work. What a check took counts after it, so that each check that has begun has its result;
 * the owner's next check waits. Checks of ordinary length do not count.
 */
export class CheckPace {
  readonly #times: PaceTimes;
  readonly #slow = new RecentMap<string, SlowOwner>({
    entriesMax: checkOwnersMax,
    keptMs: schemaLimits.checkOwnerKeptMs,
  });

  constructor(times: PaceTimes = { nowMs: () => performance.now(), usedMs: threadMs, pause }) {
    this.#times = times;
  }

  /** Returns the result of a check of the caller. Throws TooManyRequests if too many wait. */
  async run<T>(caller: CheckCaller, check: () => T): Promise<T> {
    const slow = this.#slow.get(keyOf(caller));
    if (slow === undefined || this.waitMs(caller) <= 0) return this.measured(caller, check);
    return slow.turns.run(async () => {
      await this.#times.pause(Math.max(this.waitMs(caller), 0));
      return this.measured(caller, check);
    });
  }

  /** Returns the milliseconds until the next check may begin; 0 or less: now. */
  waitMs(caller: CheckCaller): number {
    const { settledMs = 0 } = this.#slow.get(keyOf(caller)) ?? {};
    return settledMs - this.#times.nowMs() - checkBurstMs / checkShare;
  }

  /** Returns the result of work that cannot wait, and counts its time. */
  measured<T>(caller: CheckCaller, work: () => T): T {
    const startMs = this.#times.usedMs();
    try {
      return work();
    } finally {
      this.#count(keyOf(caller), this.#times.usedMs() - startMs - checkMsFree);
    }
  }

  #count(owner: string, ms: number): void {
    if (ms <= 0) return;
    const nowMs = this.#times.nowMs();
    const { settledMs = nowMs, turns = newTurns() } = this.#slow.get(owner) ?? {};
    const next = Math.max(settledMs, nowMs) + ms / checkShare;
    this.#slow.set(owner, { settledMs: next, turns }, nowMs);
  }
}

/** Returns the key of a caller or of work: no name of a user is equal to that of work. */
function keyOf(caller: CheckCaller): string {
  return 'work' in caller ? `${caller.work}/${caller.namespace}` : `user/${ownerOf(caller)}`;
}

/** Returns turns of one check, which waits for its time, and of others that wait for it. */
function newTurns(): Turns {
  return new Turns(1, checksWaitingMax - 1, 'checks of values');
}
